#include "backup/switch_over.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "backup/plain_file.h"

namespace strongroom::backup {
namespace {

namespace fs = std::filesystem;

// What belongs to each file that a restore brings, in the order in which it goes. A log is gone
// before its database is: with the new one it would be that one's log.
struct Place {
  std::string_view name;
  std::string_view with[4];
};
constexpr Place kPlaces[] = {
    {"state.db", {"state.db-wal", "state.db-shm", "state.db-journal", "initial-admin-password"}},
    {"audit.db", {"audit.db-wal", "audit.db-shm", "audit.db-journal"}},
    {"journal", {}},
    {"tls", {}},
};
constexpr std::size_t kMaxMarker = 200;

std::string marker_of(const std::string& data) { return data + "/restore.switch"; }

Error cannot_move(const std::string& path, int cause) {
  return Error{Code::kUnavailable,
               "A restored file cannot be moved to its place; mend that, and start again.",
               path + ": " + std::generic_category().message(cause)};
}

bool exists(const std::string& path) {
  std::error_code why;
  return fs::exists(fs::symlink_status(path, why));
}

Status move(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0 || errno == ENOENT) return {};
  return cannot_move(from, errno);
}

// A file that is still in restore.new has not been moved: what has its place is the old one.
Status move_place(const std::string& data, const std::string& kept, const Place& place) {
  const std::string fresh = new_files(data) + "/" + std::string(place.name);
  const std::string final_place = data + "/" + std::string(place.name);
  if (!exists(fresh)) return {};
  for (const std::string_view companion : place.with) {
    if (companion.empty()) continue;
    const std::string name = "/" + std::string(companion);
    STRONGROOM_CHECK(move(data + name, kept + name));
  }
  STRONGROOM_CHECK(move(final_place, kept + "/" + std::string(place.name)));
  STRONGROOM_CHECK(sync_directory(data));
  STRONGROOM_CHECK(move(fresh, final_place));
  return sync_directory(data);
}

Status carry_out(const std::string& data, const std::string& kept_name) {
  const std::string kept = data + "/" + kept_name;
  STRONGROOM_CHECK(make_directory(kept));
  for (const Place& place : kPlaces) STRONGROOM_CHECK(move_place(data, kept, place));
  STRONGROOM_CHECK(sync_directory(kept));
  std::error_code why;
  fs::remove_all(new_files(data), why);
  if (why) return cannot_move(new_files(data), why.value());
  STRONGROOM_CHECK(sync_directory(data));
  if (unlink(marker_of(data).c_str()) != 0) return cannot_move(marker_of(data), errno);
  return sync_directory(data);
}

// Names that a restore gives: "before-restore-20261126T152030Z".
bool is_kept_name(std::string_view name) {
  return name.starts_with("before-restore-") && name.find('/') == std::string_view::npos;
}

}  // namespace

std::string new_files(const std::string& data_directory) { return data_directory + "/restore.new"; }

bool is_switching(const std::string& data_directory) { return exists(marker_of(data_directory)); }

Status finish_switch(const std::string& data_directory) {
  const std::string marker = marker_of(data_directory);
  if (is_switching(data_directory)) {
    STRONGROOM_TRY(const std::string kept, read_small(marker, kMaxMarker));
    if (!is_kept_name(kept)) {
      return Error{Code::kCorrupt, "The note of a restore that was interrupted is damaged.",
                   marker};
    }
    return carry_out(data_directory, kept);
  }
  for (const std::string& left :
       {new_files(data_directory), data_directory + "/restore.switch.partial"}) {
    if (!exists(left)) continue;
    std::error_code why;
    fs::remove_all(left, why);
    if (why) return cannot_move(left, why.value());
  }
  return {};
}

Status switch_over(const std::string& data_directory, const std::string& kept) {
  STRONGROOM_CHECK(sync_directory(new_files(data_directory)));
  STRONGROOM_TRY(NewFile marker, NewFile::make(marker_of(data_directory) + ".partial"));
  STRONGROOM_CHECK(marker.write(kept));
  STRONGROOM_CHECK(marker.finish_as(marker_of(data_directory)));
  return carry_out(data_directory, kept);
}

}  // namespace strongroom::backup
