#pragma once
// The directory in which backups are kept.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backup/about.h"
#include "base/clock.h"
#include "base/result.h"
#include "crypto/file_recipient.h"

namespace strongroom::backup {

// Of backups that are made by the server or by `backup create` without --to:
// "strongroom-20261126T152030Z.backup". A name says when it was made, and nothing else.
std::string name_for(WallTime now);
// Whether it is such a name, and so no path that leads elsewhere.
bool is_name(std::string_view name);

struct BackupFile {
  std::string name;
  WallTime created_at{};  // by its name
  std::int64_t size = 0;
  About about = {};
};

// Newest first. Files with other names are not shown. Errors: kUnavailable, it cannot be read.
Result<std::vector<BackupFile>> list(const std::string& directory);
// As the API has it.
std::string to_json(const BackupFile& file);
std::string to_json(const std::vector<BackupFile>& files);

// Removes all but the newest `keep`, what says something of backups that are gone, and what a crash
// left of those that would be older than the newest: backups are made one at a time, so nobody
// makes them any more. Answers how many backups. Errors: kUnavailable.
Result<std::int64_t> remove_old(const std::string& directory, std::size_t keep);

// One recipient a line; what begins with # is a comment. Errors: kNotFound; kInvalidArgument, a
// line is none, or there is none at all.
Result<std::vector<crypto::Recipient>> read_recipients(const std::string& file);

}  // namespace strongroom::backup
