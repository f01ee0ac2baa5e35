#pragma once
// Lists and maps of texts as the JSON that database columns hold.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace strongroom::vault {

std::string to_json(const std::vector<std::string>& texts);
std::string to_json(const std::map<std::string, std::string>& texts);

// Errors: kCorrupt, the column holds something else.
Result<std::vector<std::string>> texts_from_json(std::string_view json);
Result<std::map<std::string, std::string>> text_map_from_json(std::string_view json);

}  // namespace strongroom::vault
