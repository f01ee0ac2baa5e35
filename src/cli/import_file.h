#pragma once
// A file of many tokens in portions that the server takes, and where in the file each row stands.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/input.h"

namespace strongroom::cli {

inline constexpr std::size_t kLongestImport = std::size_t{8} * 1024 * 1024;
inline constexpr std::size_t kMostImportRows = 5'000;

// One request's worth.
struct ImportPortion {
  InputText content{""};
  std::size_t first = 1;     // the line of the file, or the number of the element, that ...
  std::size_t shown_as = 1;  // ... the server calls this, in what it says of the portion
};

// Cuts between rows, so that no portion is longer than `most` unless a single row is. The first
// line of a CSV file comes along with each.
//
// Errors: kInvalidArgument: not CSV, with its line in the detail, or not a JSON array; more than
// kMostImportRows.
Result<std::vector<ImportPortion>> portions_of_csv(std::string_view text, std::size_t most);
Result<std::vector<ImportPortion>> portions_of_json(std::string_view text, std::size_t most);

}  // namespace strongroom::cli
