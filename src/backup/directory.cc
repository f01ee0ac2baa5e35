#include "backup/directory.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "backup/plain_file.h"
#include "base/json.h"

namespace strongroom::backup {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBegin = "strongroom-";
constexpr std::string_view kEnd = ".backup";
constexpr std::string_view kPartial = ".partial";  // as create() calls what is not finished
constexpr std::size_t kTimeLength = 16;            // "20261126T152030Z"
constexpr std::size_t kMaxRecipientsFile = std::size_t{64} << 10;

// The time that a name tells; nullopt: it is no such name.
std::optional<WallTime> time_in(std::string_view name) {
  if (name.size() != kBegin.size() + kTimeLength + kEnd.size() || !name.starts_with(kBegin) ||
      !name.ends_with(kEnd)) {
    return std::nullopt;
  }
  const std::string_view time = name.substr(kBegin.size(), kTimeLength);
  const auto part = [&](std::size_t at, std::size_t size) {
    return std::string(time.substr(at, size));
  };
  return parse_rfc3339(part(0, 4) + "-" + part(4, 2) + "-" + part(6, 5) + ":" + part(11, 2) + ":" +
                       part(13, 3));
}

Error cannot_read(const std::string& directory, const std::error_code& why) {
  return Error{Code::kUnavailable, "The directory of backups cannot be read.",
               directory + ": " + why.message()};
}

void append_or_null(std::string& out, std::string_view text) {
  if (text.empty()) {
    out.append("null");
  } else {
    append_json_string(out, text);
  }
}

// Those of backups that somebody removed by other means.
Status remove_strays(const std::string& directory) {
  std::error_code why;
  fs::directory_iterator entries(directory, why);
  for (; !why && entries != fs::directory_iterator(); entries.increment(why)) {
    const std::string name = entries->path().filename().string();
    const std::string backup(backup_of(name));
    std::error_code gone;
    if (is_name(backup) && !fs::exists(directory + "/" + backup, gone) && !gone) {
      remove_about(directory + "/" + backup);
    }
  }
  if (why) return cannot_read(directory, why);
  return {};
}

// Those that were begun before `newest` was.
Status remove_partial(const std::string& directory, std::string_view newest) {
  std::error_code why;
  fs::directory_iterator entries(directory, why);
  if (why) return cannot_read(directory, why);
  std::vector<fs::path> left;
  for (; entries != fs::directory_iterator(); entries.increment(why)) {
    const std::string name = entries->path().filename().string();
    const std::string_view whole = std::string_view(name).substr(0, name.rfind(kPartial));
    const bool is_left = name.ends_with(kPartial) && time_in(whole) && whole < newest;
    if (is_left) left.push_back(entries->path());
  }
  for (const fs::path& path : left) {
    if (!why) fs::remove(path, why);
  }
  return why ? Status(cannot_read(directory, why)) : Status();
}

}  // namespace

std::string name_for(WallTime now) {
  std::string time = rfc3339(now);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return std::string(kBegin) + time + std::string(kEnd);
}

bool is_name(std::string_view name) { return time_in(name).has_value(); }

Result<std::vector<BackupFile>> list(const std::string& directory) {
  std::vector<BackupFile> files;
  std::error_code why;
  fs::directory_iterator entries(directory, why);
  if (why) return cannot_read(directory, why);
  for (; entries != fs::directory_iterator(); entries.increment(why)) {
    BackupFile file{.name = entries->path().filename().string()};
    const auto at = time_in(file.name);
    std::error_code gone;
    if (!at || !entries->is_regular_file(gone)) continue;
    file.created_at = *at;
    file.size = static_cast<std::int64_t>(entries->file_size(gone));
    if (gone) continue;
    file.about = read_about(entries->path().string());
    files.push_back(std::move(file));
  }
  if (why) return cannot_read(directory, why);
  std::ranges::sort(files, std::ranges::greater{}, &BackupFile::name);
  return files;
}

std::string to_json(const BackupFile& file) {
  const About& about = file.about;
  std::string out = "{\"name\":";
  append_json_string(out, file.name);
  append_json_string(out.append(",\"created_at\":"), rfc3339(file.created_at));
  out.append(",\"size\":").append(std::to_string(file.size));
  append_or_null(out.append(",\"made_by\":"), to_text(about.maker));
  append_or_null(out.append(",\"person\":"), about.person);
  append_or_null(out.append(",\"version\":"), about.program);
  out.append(",\"verified\":");
  if (!about.verified) return out.append("null}");
  append_json_string(out.append("{\"at\":"), rfc3339(about.verified->at));
  append_json_string(out.append(",\"result\":"), to_text(about.verified->finding));
  return out.append("}}");
}

std::string to_json(const std::vector<BackupFile>& files) {
  std::string out = "{\"items\":[";
  for (const BackupFile& file : files) {
    if (out.back() != '[') out.push_back(',');
    out.append(to_json(file));
  }
  return out.append("]}");
}

Result<std::int64_t> remove_old(const std::string& directory, std::size_t keep) {
  STRONGROOM_TRY(const auto files, list(directory));
  if (!files.empty()) STRONGROOM_CHECK(remove_partial(directory, files.front().name));
  std::int64_t removed = 0;
  for (std::size_t i = keep; i < files.size(); ++i) {
    std::error_code why;
    if (fs::remove(directory + "/" + files[i].name, why)) ++removed;
    if (why) return cannot_read(directory, why);
  }
  STRONGROOM_CHECK(remove_strays(directory));
  return removed;
}

Result<std::vector<crypto::Recipient>> read_recipients(const std::string& file) {
  STRONGROOM_TRY(const std::string text, read_small(file, kMaxRecipientsFile));
  std::vector<crypto::Recipient> recipients;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    line = line.substr(0, line.find('#'));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    STRONGROOM_TRY(auto recipient, crypto::recipient_from_text(line));
    recipients.push_back(std::move(recipient));
  }
  if (recipients.empty()) {
    return Error{Code::kInvalidArgument, "The file names no recipient.", file};
  }
  return recipients;
}

}  // namespace strongroom::backup
