#include "backup/restore.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "audit/event.h"
#include "audit/verify.h"
#include "backup/extract.h"
#include "backup/newer_export.h"
#include "backup/newer_trail.h"
#include "backup/open_data.h"
#include "backup/other_root_key.h"
#include "backup/plain_file.h"
#include "backup/rights.h"
#include "backup/switch_over.h"
#include "base/secret.h"
#include "crypto/encoding.h"
#include "crypto/uuid.h"
#include "storage/database_copy.h"
#include "storage/file_lock.h"
#include "storage/restore_rows.h"

namespace strongroom::backup {
namespace {

namespace fs = std::filesystem;

// Removes a directory and all below it when it dies, unless it was kept.
class Directory {
 public:
  explicit Directory(std::string path) : path_(std::move(path)) {}
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  void keep() { path_.clear(); }

 private:
  std::string path_;
};

// "20261126T152030Z"
std::string compact(WallTime now) {
  std::string text = rfc3339(now);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

bool exists(const std::string& path) {
  std::error_code why;
  return fs::exists(path, why);
}

Result<crypto::RootKey> root_key_from(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::optional<std::string> bytes;
  if (text.size() == 64) bytes = crypto::hex_decode(text);
  if (!bytes) return Error{Code::kInvalidArgument, "This is no root key."};
  crypto::RootKey key(*bytes);
  wipe(*bytes);
  return key;
}

// A full disk, mostly: what is there may confirm rights and tokens once there is room. To go on
// without it would suspend people and quarantine clients for nothing.
bool is_for_now(const Error& error) { return error.code == Code::kUnavailable; }

// What is built in `directory`.
class Building {
 public:
  Building(const RestoreRequest& request, std::string directory, const Surroundings& surroundings)
      : request_(request), directory_(std::move(directory)), surroundings_(surroundings) {}
  Building(const Building&) = delete;
  Building& operator=(const Building&) = delete;
  ~Building() { wipe(root_key_); }

  // The files of the backup, opened, and all of them what they should be.
  Status open() {
    STRONGROOM_CHECK(make_directory(directory_));
    STRONGROOM_TRY(manifest_, extract(request_.file, request_.opener, directory_, root_key_));
    STRONGROOM_CHECK(compare_rows());
    STRONGROOM_CHECK(rewrap());
    STRONGROOM_TRY(crypto::RootKey own, surroundings_.root_key());
    STRONGROOM_TRY(data_, OpenData::open(directory_, surroundings_, std::move(own)));
    STRONGROOM_TRY(examination_, examine(*data_));
    return check_trail();
  }

  Result<RestoreReport> finish() {
    const WallTime now = surroundings_.clock.now();
    RestoreReport report{.backup = manifest_.id,
                         .restored_at = now,
                         .backup_created_at = manifest_.created_at,
                         .made_by = manifest_.program,
                         .confirmed_by = "nothing",
                         .kept = "before-restore-" + compact(now)};
    STRONGROOM_CHECK(find_newer(report));
    STRONGROOM_CHECK(raise_uses());
    STRONGROOM_CHECK(begin_segment(now));
    STRONGROOM_CHECK(take_rights(*data_, newer_, surroundings_.random, now, report));
    STRONGROOM_CHECK(
        settle_refresh_tokens(*data_, before_.get(), newer_, surroundings_.random, now, report));
    STRONGROOM_CHECK(set_basic_engine_access(*data_, request_.basic_engine_access, newer_,
                                             surroundings_.random, now, report));
    STRONGROOM_CHECK(write_report(now, report));
    return report;
  }

  // Closes everything and removes what is not a part of the restored state.
  Status close() {
    if (data_) STRONGROOM_CHECK(data_->trail().flush());
    data_.reset();
    before_.reset();
    std::error_code why;
    for (const auto& entry : fs::directory_iterator(directory_, why)) {
      const std::string name = entry.path().filename().string();
      const bool is_part = name == kStatePart || name == kAuditPart || name == kJournalPart ||
                           (name == "tls" && !exists(request_.data_directory + "/tls"));
      if (is_part) continue;
      if (name.ends_with("-wal") && entry.file_size(why) > 0) {
        return Error{Code::kInternal, "A restored database was not closed.", name};
      }
      fs::remove_all(entry.path(), why);
    }
    if (why) {
      return Error{Code::kUnavailable, "A restored directory cannot be tidied.", why.message()};
    }
    return {};
  }

  const Examination& examination() const { return examination_; }

 private:
  // Before anything is changed by migrations or by load_keys().
  Status compare_rows() {
    std::vector<TableCount> found;
    STRONGROOM_CHECK(
        storage::read_copy(file(kStatePart), [&](storage::Snapshot& snapshot) -> Status {
          STRONGROOM_TRY(const auto counts, storage::count_rows(snapshot));
          for (const storage::RowCount& count : counts) found.push_back({count.table, count.rows});
          return {};
        }));
    return compare(manifest_, found);
  }

  // Data keys that another server's root key wraps are wrapped by ours.
  Status rewrap() {
    if (request_.old_root_key != nullptr) return rewrap_from(*request_.old_root_key);
    if (root_key_.empty()) return {};
    STRONGROOM_TRY(const crypto::RootKey included, root_key_from(root_key_));
    return rewrap_from(included);
  }

  Status rewrap_from(const crypto::RootKey& former) {
    STRONGROOM_TRY(const crypto::RootKey own, surroundings_.root_key());
    return rewrap_data_keys(file(kStatePart), former, own, surroundings_);
  }

  Status check_trail() {
    const auto verified = audit::verify(file(kAuditPart), surroundings_.log);
    if (!verified) return verified.error();
    examination_.audit_events = verified->events;
    audit_key_ = verified->public_key;
    if (manifest_.audit_events == 0 || verified->head_hash == manifest_.audit_head) return {};
    return Error{Code::kCorrupt, "The audit trail of the backup does not end where it says."};
  }

  // What the directory has already, copied: nothing of it is opened where it lies.
  Status find_newer(RestoreReport& report) {
    const std::string own_audit = request_.data_directory + "/" + std::string(kAuditPart);
    const std::string copies = directory_ + "/before";
    STRONGROOM_CHECK(make_directory(copies));
    bool own_goes_on = false;
    if (exists(own_audit)) {
      const Status read = copy_own_trail(own_audit, copies);
      if (!read && is_for_now(read.error())) return read;
      own_goes_on = read.has_value();
      if (!read) {
        surroundings_.log.failed("The audit trail that is there cannot confirm anything.",
                                 read.error());
        report.warnings.emplace_back(
            "The audit trail that was in the directory does not go on from the backup's, or "
            "cannot be read: it confirms nothing.");
      }
    }
    if (!request_.audit_trail.empty()) {
      STRONGROOM_CHECK(read_given_trail(request_.audit_trail));
      if (!newer_.confirms) {
        report.warnings.emplace_back(
            "The audit trail that was given has no signed checkpoint that is newer than the "
            "backup: what it takes away is not revived, and it confirms nothing.");
      }
    }
    if (newer_.has_trail) report.confirmed_by = "audit_trail";
    if (!request_.revocation_list.empty()) {
      STRONGROOM_CHECK(read_revocation_list(request_.revocation_list, newer_));
      if (!newer_.has_trail) report.confirmed_by = "revocation_list";
    }
    return own_goes_on ? open_before(copies, report) : Status();
  }

  Status read_given_trail(const std::string& path) {
    if (is_database(path)) {
      return backup::read_given_trail(path, manifest_, audit_key_, surroundings_.log, newer_);
    }
    return read_newer_export(path, manifest_, audit_key_, newer_);
  }

  Status copy_own_trail(const std::string& own_audit, const std::string& copies) {
    const std::string copy = copies + "/" + std::string(kAuditPart);
    STRONGROOM_CHECK(storage::copy_database(own_audit, copy));
    return read_newer_trail(copy, manifest_, newer_);
  }

  // The state that went on with that trail, and its journal; without it, clients are quarantined.
  Status open_before(const std::string& copies, RestoreReport& report) {
    Status opened = try_before(copies);
    if (opened || is_for_now(opened.error())) return opened;
    before_.reset();
    surroundings_.log.failed("The state that is there cannot be read.", opened.error());
    report.warnings.emplace_back(
        "The state that was in the directory cannot be read, so nobody knows which refresh tokens "
        "are current.");
    return {};
  }

  Status try_before(const std::string& copies) {
    const std::string& data = request_.data_directory;
    if (!exists(data + "/" + std::string(kStatePart))) {
      return Error{Code::kNotFound, "There is no state in the directory.", data};
    }
    STRONGROOM_CHECK(storage::copy_database(data + "/" + std::string(kStatePart),
                                            copies + "/" + std::string(kStatePart)));
    STRONGROOM_TRY(crypto::RootKey own, surroundings_.root_key());
    STRONGROOM_TRY(before_, OpenData::open(copies, surroundings_, std::move(own)));
    const std::string journal = data + "/" + std::string(kJournalPart);
    if (!exists(journal)) return {};
    std::error_code why;
    fs::copy_file(journal, file(kJournalPart), fs::copy_options::overwrite_existing, why);
    if (why) return Error{Code::kUnavailable, "The journal cannot be copied.", why.message()};
    return storage::sync_file(file(kJournalPart));
  }

  audit::Event event(audit::Action action, WallTime now) {
    return {.id = crypto::make_uuid(now, surroundings_.random),
            .at = now,
            .action = action,
            .subject_id = manifest_.id};
  }

  // The trail is opened, which brings an older one up to date, before and after.
  Status raise_uses() {
    STRONGROOM_CHECK(data_->open_trail());
    STRONGROOM_TRY(const auto limited, limited_key_uses(*data_, newer_));
    for (const storage::KeyUseRow& one : limited) newer_.key_uses.push_back(one);
    if (newer_.key_uses.empty()) return {};
    data_->close_trail();
    STRONGROOM_CHECK(storage::raise_key_uses(file(kAuditPart), newer_.key_uses));
    return data_->open_trail();
  }

  // First in the trail, before anything that the restore changes: where the one before it ended.
  Status begin_segment(WallTime now) {
    audit::Event begun = event(audit::Action::kAuditSegmentBegun, now);
    begun.reason = "restore";
    begun.subject_name = newer_.has_trail ? std::to_string(newer_.head.sequence) + ":" +
                                                crypto::hex(newer_.head.hash)
                                          : "unknown";
    STRONGROOM_CHECK(data_->store().write(
        [&](storage::Transaction& tx) { return data_->trail().record_change(tx, begun); }));
    return data_->trail().flush();
  }

  Status write_report(WallTime now, const RestoreReport& report) {
    return data_->store().write([&](storage::Transaction& tx) -> Status {
      STRONGROOM_CHECK(storage::put_restore_report(tx, to_json(report)));
      audit::Event restored = event(audit::Action::kBackupRestored, now);
      restored.subject_name = rfc3339(manifest_.created_at);
      return data_->trail().record_change(tx, restored);
    });
  }

  std::string file(std::string_view name) const { return directory_ + "/" + std::string(name); }

  const RestoreRequest& request_;
  const std::string directory_;
  const Surroundings& surroundings_;
  Manifest manifest_;
  std::string root_key_;
  std::string audit_key_;  // that signed the checkpoints in the backup; empty: there are none
  Newer newer_;
  Examination examination_;
  std::unique_ptr<OpenData> before_;
  std::unique_ptr<OpenData> data_;
};

}  // namespace

Result<RestoreReport> restore(const RestoreRequest& request, const Surroundings& surroundings) {
  STRONGROOM_CHECK(finish_switch(request.data_directory));
  const std::string fresh = new_files(request.data_directory);
  Directory leftovers(fresh);
  Building building(request, fresh, surroundings);
  STRONGROOM_CHECK(building.open());
  STRONGROOM_TRY(RestoreReport report, building.finish());
  STRONGROOM_CHECK(building.close());
  const Status switched = switch_over(request.data_directory, report.kept);
  // Where it was begun, what is left is finish_switch()'s.
  if (is_switching(request.data_directory)) leftovers.keep();
  STRONGROOM_CHECK(switched);
  return report;
}

Result<Examination> drill(const RestoreRequest& request, const std::string& scratch,
                          const Surroundings& surroundings) {
  if (exists(scratch)) {
    return Error{
        Code::kConflict,
        "The directory for the drill is there already: remove what a drill that was killed left.",
        scratch};
  }
  const Directory leftovers(scratch);
  Building building(request, scratch, surroundings);
  STRONGROOM_CHECK(building.open());
  return building.examination();
}

}  // namespace strongroom::backup
