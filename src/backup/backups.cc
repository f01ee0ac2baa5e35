#include "backup/backups.h"

#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "audit/event.h"
#include "backup/create.h"
#include "backup/plain_file.h"
#include "crypto/uuid.h"
#include "identity/change.h"

namespace strongroom::backup {
namespace {

constexpr std::size_t kMostBytesOfAnAnswer = std::size_t{256} << 20;
constexpr std::chrono::hours kAgainAfter{1};

Error no_such_backup() { return Error{Code::kNotFound, "There is no such backup."}; }

Error audit_unavailable() {
  return Error{Code::kUnavailable,
               "The audit trail cannot be written, so no backup leaves until it can.",
               {},
               "audit_unavailable"}
      .with("retry_after", std::int64_t{1});
}

}  // namespace

Status Backups::need(const identity::Asker& asker) const {
  STRONGROOM_CHECK(identity::need(asker, Permission::kManageServer));
  if (!settings_.directory.empty()) return {};
  return Error{Code::kConflict,
               "This server keeps no backups: backup.directory is not set in its configuration.",
               {},
               "no_backup_directory"};
}

Result<std::vector<BackupFile>> Backups::list(const identity::Asker& asker) const {
  STRONGROOM_CHECK(identity::need(asker, Permission::kManageServer));
  if (settings_.directory.empty()) return std::vector<BackupFile>();
  return backup::list(settings_.directory);
}

BackupSchedule Backups::schedule() const {
  if (settings_.directory.empty()) return {};
  BackupSchedule schedule{.every_hours = settings_.every_hours, .keep = settings_.keep};
  if (const auto files = backup::list(settings_.directory); files && !files->empty()) {
    schedule.last_at = files->front().created_at;
    schedule.next_at = *schedule.last_at + std::chrono::hours(settings_.every_hours);
  }
  const auto state = state_.lock();
  schedule.failing_since = state->failing_since;
  if (state->failing_since && state->tried_at) schedule.next_at = *state->tried_at + kAgainAfter;
  return schedule;
}

Result<BackupFile> Backups::make(const identity::Asker& asker) {
  STRONGROOM_CHECK(need(asker));
  auto made = make_one(&asker);
  STRONGROOM_CHECK(record(&asker, audit::Action::kBackupCreated, made ? made->name : std::string(),
                          made.has_value()));
  return made;
}

// The name that they have now: later it may be another, or nobody's.
About Backups::about(const identity::Asker* asker) const {
  About about{.maker = asker == nullptr ? Maker::kSchedule : Maker::kPerson,
              .program = settings_.program};
  if (asker == nullptr) return about;
  if (const auto user = parts_.users.find(identity::UserId{asker->user})) about.person = user->name;
  return about;
}

Result<BackupFile> Backups::make_one(const identity::Asker* asker) {
  const WallTime now = parts_.clock.now();
  state_.lock()->tried_at = now;
  const auto attempt = [&]() -> Result<BackupFile> {
    STRONGROOM_TRY(auto recipients, read_recipients(settings_.recipients_file));
    BackupFile file{.name = name_for(now), .created_at = now};
    const crypto::FileReaders readers{.recipients = std::move(recipients)};
    file.about = about(asker);
    // First, so that no list shows the backup without it. It is a backup all the same.
    if (const Status noted = write_about(path(file.name), file.about); !noted) {
      parts_.log.failed("Who made a backup could not be noted beside it.", noted.error());
    }
    const auto created =
        create({.data_directory = settings_.data_directory, .program = settings_.program}, readers,
               path(file.name), parts_.clock, parts_.random);
    if (!created) {
      remove_about(path(file.name));
      return created.error();
    }
    std::error_code why;
    file.size = static_cast<std::int64_t>(std::filesystem::file_size(path(file.name), why));
    return file;
  };
  auto made = attempt();
  const auto state = state_.lock();
  if (made) {
    state->failing_since.reset();
  } else {
    ++state->failures;
    if (!state->failing_since) state->failing_since = now;
  }
  return made;
}

Result<std::string> Backups::read(const identity::Asker& asker, const std::string& name) {
  STRONGROOM_CHECK(need(asker));
  if (!is_name(name)) return no_such_backup();
  auto bytes = read_small(path(name), kMostBytesOfAnAnswer);
  if (!bytes) {
    if (bytes.error().code == Code::kNotFound) return no_such_backup();
    if (bytes.error().code != Code::kInvalidArgument) return bytes.error();
    return Error{Code::kUnavailable,
                 "This backup is too large to be sent; copy it on the server's host.",
                 {},
                 "too_large"};
  }
  if (!parts_.trail.writable()) return audit_unavailable();
  STRONGROOM_CHECK(record(&asker, audit::Action::kBackupDownloaded, name, true));
  if (const Status flushed = parts_.trail.flush(); !flushed) return audit_unavailable();
  return bytes;
}

Status Backups::remove(const identity::Asker& asker, const std::string& name) {
  STRONGROOM_CHECK(need(asker));
  std::error_code why;
  if (!is_name(name) || !std::filesystem::is_regular_file(path(name), why)) {
    return no_such_backup();
  }
  STRONGROOM_CHECK(record(&asker, audit::Action::kBackupDeleted, name, true));
  if (std::filesystem::remove(path(name), why)) {
    remove_about(path(name));
    return {};
  }
  if (!why) return no_such_backup();
  STRONGROOM_CHECK(record(&asker, audit::Action::kBackupDeleted, name, false));
  return Error{Code::kUnavailable, "The backup cannot be removed.", why.message()};
}

void Backups::make_if_due() {
  const BackupSchedule due = schedule();
  if (due.every_hours == 0 || (due.next_at && parts_.clock.now() < *due.next_at)) return;
  const auto made = make_one(nullptr);
  if (!made) parts_.log.failed("No backup could be made.", made.error());
  const Status noted = record(nullptr, audit::Action::kBackupCreated,
                              made ? made->name : std::string(), made.has_value());
  if (!noted) parts_.log.failed("A backup could not be written into the trail.", noted.error());
  if (!made) return;
  parts_.log.info("A backup was made.", {{"name", std::string_view(made->name)}});
  const auto removed = remove_old(settings_.directory, static_cast<std::size_t>(settings_.keep));
  if (!removed) parts_.log.failed("Old backups could not be removed.", removed.error());
}

Status Backups::record(const identity::Asker* asker, audit::Action action, const std::string& name,
                       bool succeeded) {
  const WallTime now = parts_.clock.now();
  audit::Event event{.id = crypto::make_uuid(now, parts_.random),
                     .at = now,
                     .action = action,
                     .outcome = succeeded ? audit::Outcome::kSuccess : audit::Outcome::kFailure,
                     .subject_name = name};
  if (asker != nullptr) {
    event.actor_kind = asker->kind;
    event.actor_id = asker->user;
    event.key_id = asker->key;
    event.request_id = asker->request_id;
    event.peer = asker->peer;
  }
  return parts_.store.write(
      [&](storage::Transaction& tx) { return parts_.trail.record_change(tx, event); });
}

}  // namespace strongroom::backup
