#pragma once
// The texts of service provider files, before anybody reads them.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.h"

namespace strongroom::catalogue {

struct ProviderFile {
  std::string path;
  std::string text;
};

// One file, wherever it is. Errors: as own_provider_files(); kNotFound: there is none.
Result<ProviderFile> one_provider_file(std::string_view path);

// The files *.json in `directory`, by name. Errors: kUnavailable, the directory or a file cannot be
// read; kInvalidArgument, one is longer than 64 KiB.
Result<std::vector<ProviderFile>> own_provider_files(std::string_view directory);

// Calls `take` with the id and the object of each built-in entry, and then of each in `directory`;
// empty: there are none of one's own. What is no entry is passed over: Catalogue says so. Errors:
// as own_provider_files().
using TakeEntry = std::function<void(std::string_view id, const boost::json::object& entry)>;
Status for_each_entry(std::string_view directory, const TakeEntry& take);

}  // namespace strongroom::catalogue
