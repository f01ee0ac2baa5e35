#pragma once
// Lists of words in one text, as columns and settings hold them.

#include <string>
#include <string_view>
#include <vector>

namespace strongroom {

// With a space between two. None of them has one in it.
std::string join_words(const std::vector<std::string>& words);
// The words between the spaces; there are no empty ones.
std::vector<std::string> split_words(std::string_view text);

}  // namespace strongroom
