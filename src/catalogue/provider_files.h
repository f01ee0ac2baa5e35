#pragma once
// The texts of service provider files, before anybody reads them.

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/result.h"

namespace strongroom::catalogue {

inline constexpr std::size_t kMaxProviderFileBytes = std::size_t{64} * 1024;

struct ProviderFile {
  std::string path;
  std::string text;
};

// By the ids of the entries that they hold.
using OwnEntries = std::map<std::string, ProviderFile, std::less<>>;

// One file, wherever it is. Errors: as own_provider_files(); kNotFound: there is none.
Result<ProviderFile> one_provider_file(std::string_view path);

// The files *.json in `directory`, by name. Errors: kUnavailable, the directory or a file cannot be
// read; kInvalidArgument, one is longer than 64 KiB.
Result<std::vector<ProviderFile>> own_provider_files(std::string_view directory);

// Calls `take` with the id and the object of each built-in entry, and then of each of `own`. What
// is no entry is passed over: Catalogue says so.
using TakeEntry = std::function<void(std::string_view id, const boost::json::object& entry)>;
void for_each_entry(const OwnEntries& own, const TakeEntry& take);

}  // namespace strongroom::catalogue
