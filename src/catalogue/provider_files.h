#pragma once
// The texts of service provider files, before anybody reads them.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace strongroom::catalogue {

struct ProviderFile {
  std::string path;
  std::string text;
};

// The files *.json in `directory`, by name. Errors: kUnavailable, the directory or a file cannot be
// read; kInvalidArgument, one is longer than 64 KiB.
Result<std::vector<ProviderFile>> own_provider_files(std::string_view directory);

}  // namespace strongroom::catalogue
