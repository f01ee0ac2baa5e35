#include "backup/rights.h"

#include <string>
#include <utility>
#include <vector>

#include "audit/event.h"
#include "backup/engine_rights.h"
#include "backup/group_rights.h"
#include "backup/restraints.h"
#include "backup/rule_rights.h"
#include "backup/taking.h"
#include "crypto/password_hash.h"
#include "identity/key_record.h"
#include "identity/user_record.h"
#include "notify/target.h"
#include "storage/api_key_rows.h"
#include "storage/calendar_feed_rows.h"
#include "storage/notification_rows.h"
#include "storage/registration_rows.h"
#include "storage/restore_rows.h"
#include "storage/robot_rows.h"
#include "storage/session_rows.h"
#include "storage/user_rows.h"
#include "vault/row_mac.h"

namespace strongroom::backup {
namespace {

using audit::Action;
using storage::Transaction;

// A row that was forged would be believed once it is signed anew.
template <class Row>
Status believe(const crypto::Sealer& sealer, std::string_view table, const Row& row) {
  STRONGROOM_TRY(const bool genuine, identity::is_genuine(sealer, row));
  if (genuine) return {};
  return Error{Code::kCorrupt, "A row is not what was stored.",
               std::string(table) + " " + row.id.text()};
}

// People, their keys and those of robots. Everything in one transaction: a restored state is
// switched to as a whole, or not at all.
class TakingKeys {
 public:
  explicit TakingKeys(Taking& taking)
      : taking_(taking), newer_(taking.newer), report_(taking.report) {}

  // Hashing takes its time, so it is done before.
  Status prepare() {
    if (newer_.changed_passwords.empty()) return {};
    STRONGROOM_TRY(no_password_, crypto::hash_password(crypto::make_password(taking_.random)));
    return {};
  }

  Status all(Transaction& tx) {
    STRONGROOM_CHECK(end_old_suspensions(tx));
    STRONGROOM_CHECK(end_sessions(tx));
    STRONGROOM_CHECK(end_calendar_feeds(tx));
    STRONGROOM_CHECK(turn_notifications_off(tx));
    STRONGROOM_CHECK(users(tx));
    STRONGROOM_CHECK(api_keys(tx));
    STRONGROOM_CHECK(robot_keys(tx));
    if (passwords_ == 0) return {};
    report_.warnings.push_back(
        "Users whose password or second factor is another one since the backup have none that "
        "is known; reset their passwords: " +
        std::to_string(passwords_));
    return {};
  }

 private:
  // Of a restore before the backup: what somebody took away for good since, nobody lifts.
  Status end_old_suspensions(Transaction& tx) {
    STRONGROOM_TRY(const auto rows, storage::all_suspensions(tx));
    for (const storage::SuspensionRow& row : rows) {
      const Uuid& subject = row.subject_id;
      const bool taken = newer_.revoked.contains(subject) ||
                         newer_.disabled_users.contains(subject) ||
                         newer_.deleted_users.contains(subject);
      if (taken) STRONGROOM_CHECK(storage::delete_suspension(tx, row.id));
    }
    return {};
  }

  Status end_sessions(Transaction& tx) {
    STRONGROOM_TRY(const auto sessions, storage::all_sessions(tx));
    for (const storage::SessionRow& row : sessions) {
      STRONGROOM_CHECK(storage::delete_session(tx, row.id));
      STRONGROOM_CHECK(told(tx, Action::kSessionEnded, row.user_id));
      ++report_.sessions_ended;
    }
    STRONGROOM_TRY(report_.authorizations_ended, storage::delete_all_authorizations(tx));
    STRONGROOM_TRY(const std::int64_t revocations, storage::delete_all_pending_revocations(tx));
    if (revocations > 0) {
      report_.warnings.push_back(
          "Tokens that waited to be revoked at their providers are not revoked by this server any "
          "more: " +
          std::to_string(revocations));
    }
    return {};
  }

  // Of which nobody knows who has the address by now; their owners make new ones.
  Status end_calendar_feeds(Transaction& tx) {
    STRONGROOM_TRY(const auto feeds, storage::all_calendar_feeds(tx));
    for (const storage::CalendarFeedRow& row : feeds) {
      STRONGROOM_CHECK(storage::delete_calendar_feed(tx, row.user_id));
      STRONGROOM_CHECK(told(tx, Action::kCalendarFeedRevoked, row.user_id));
    }
    if (!feeds.empty()) {
      report_.warnings.push_back(
          "Addresses of calendars that work no more; whoever had one makes a new one: " +
          std::to_string(feeds.size()));
    }
    return {};
  }

  // What waited to be told may have been told since by the server that went on; and a target may be
  // gone by now, or be somewhere else.
  Status turn_notifications_off(Transaction& tx) {
    STRONGROOM_CHECK(storage::forget_notifications(tx));
    STRONGROOM_TRY(auto targets, storage::all_notification_targets(tx));
    std::size_t turned_off = 0;
    for (storage::NotificationTargetRow& row : targets) {
      if (!row.enabled) continue;
      STRONGROOM_CHECK(notify::turn_off(sealer(), tx, row, taking_.now));
      STRONGROOM_CHECK(told(tx, Action::kNotificationTargetUpdated, row.id, row.name));
      ++turned_off;
    }
    if (turned_off > 0) {
      report_.warnings.push_back(
          "Notification targets that were turned off; turn those on that still count: " +
          std::to_string(turned_off));
    }
    return {};
  }

  Status users(Transaction& tx) {
    STRONGROOM_TRY(auto rows, storage::all_users(tx));
    for (storage::UserRow& row : rows) STRONGROOM_CHECK(user(tx, row));
    return {};
  }

  Status user(Transaction& tx, storage::UserRow& row) {
    if (newer_.deleted_users.contains(row.id)) {
      ++report_.not_revived.users;
      STRONGROOM_CHECK(storage::delete_user(tx, row.id));
      return told(tx, Action::kUserDeleted, row.id, row.name);
    }
    const bool was_disabled = row.disabled_at.has_value();
    const bool changed_password =
        newer_.changed_passwords.contains(row.id) && !row.password_hash.empty();
    const bool disabled = newer_.disabled_users.contains(row.id);
    const bool suspended = !disabled && taking_.is_doubtful(row.id);
    if (!changed_password && (was_disabled || (!disabled && !suspended))) return {};
    STRONGROOM_CHECK(believe(sealer(), "users", row));
    if (changed_password) {
      row.password_hash = no_password_;
      row.must_change_password = true;
      ++passwords_;
    }
    if (!was_disabled && (disabled || suspended)) row.disabled_at = taking_.now;
    STRONGROOM_TRY(row.mac, identity::user_mac(sealer(), row));
    STRONGROOM_CHECK(storage::update_user(tx, row));
    if (changed_password) {
      STRONGROOM_CHECK(told(tx, Action::kPasswordReset, row.id, row.name));
    }
    if (was_disabled || (!disabled && !suspended)) return {};
    ++(disabled ? report_.not_revived : report_.suspended).users;
    if (disabled) return told(tx, Action::kUserDisabled, row.id, row.name);
    return suspend(taking_, tx, kUserKind,
                   {.action = Action::kUserSuspended, .subject = row.id, .name = row.name});
  }

  Status api_keys(Transaction& tx) {
    STRONGROOM_TRY(auto rows, storage::all_api_keys(tx));
    for (storage::ApiKeyRow& row : rows) {
      const bool taken = newer_.revoked.contains(row.id) || taking_.is_doubtful(row.id);
      if (taken && !row.revoked_at) STRONGROOM_CHECK(api_key(tx, row));
    }
    return {};
  }

  Status api_key(Transaction& tx, storage::ApiKeyRow& row) {
    STRONGROOM_CHECK(believe(sealer(), "api_keys", row));
    row.revoked_at = taking_.now;
    STRONGROOM_TRY(row.mac, identity::key_mac(sealer(), row));
    STRONGROOM_CHECK(storage::revoke_api_key(tx, row.id, taking_.now, row.mac));
    const bool revoked = newer_.revoked.contains(row.id);
    ++(revoked ? report_.not_revived : report_.suspended).api_keys;
    if (revoked) return told(tx, Action::kApiKeyRevoked, row.id, row.name);
    return suspend(taking_, tx, kApiKeyKind,
                   {.action = Action::kKeySuspended, .subject = row.id, .name = row.name});
  }

  // Read first: rows are not changed while they are walked.
  Status robot_keys(Transaction& tx) {
    std::vector<storage::RobotKeyRow> rows;
    STRONGROOM_CHECK(storage::for_each_unrevoked_robot_key(tx, [&](const auto& row) -> Status {
      if (taking_.is_doubtful(row.id) || newer_.revoked.contains(row.id) ||
          newer_.deleted_robots.contains(row.robot_id)) {
        rows.push_back(row);
      }
      return {};
    }));
    for (storage::RobotKeyRow& row : rows) STRONGROOM_CHECK(robot_key(tx, row));
    return {};
  }

  Status robot_key(Transaction& tx, storage::RobotKeyRow& row) {
    STRONGROOM_TRY(const auto robot, storage::find_robot(tx, row.robot_id));
    if (!robot) return {};
    STRONGROOM_CHECK(vault::check_mac(sealer(), row));
    row.revoked_at = taking_.now;
    STRONGROOM_TRY(row.mac, vault::mac_of(sealer(), row));
    STRONGROOM_CHECK(storage::revoke_robot_key(tx, row));
    const bool revoked = newer_.revoked.contains(row.id);
    ++(revoked ? report_.not_revived : report_.suspended).robot_keys;
    Taken taken{.action = revoked ? Action::kRobotKeyRevoked : Action::kKeySuspended,
                .subject = row.id,
                .project = robot->project_id,
                .name = robot->name};
    if (revoked) return record(taking_, tx, std::move(taken));
    return suspend(taking_, tx, kRobotKeyKind, std::move(taken));
  }

  Status told(Transaction& tx, Action action, const Uuid& subject, const std::string& name = {}) {
    return record(taking_, tx, {.action = action, .subject = subject, .name = name});
  }
  const crypto::Sealer& sealer() { return taking_.data.sealer(); }

  Taking& taking_;
  const Newer& newer_;
  RestoreReport& report_;
  std::string no_password_;  // the hash of one that nobody knows
  std::int64_t passwords_ = 0;
};

// A renewal may end the token and the secret that were there before it, and which server they serve
// now nobody can tell: a copy sends nothing by itself.
Status stop_renewals(Transaction& tx, RestoreReport& report) {
  STRONGROOM_TRY(const std::int64_t stopped, storage::stop_all_renewals(tx, "restored"));
  if (stopped == 0) return {};
  report.warnings.push_back(
      "Registrations at service providers whose secrets are renewed no more; end them and register "
      "anew before the secrets expire: " +
      std::to_string(stopped));
  return {};
}

}  // namespace

Status take_rights(OpenData& data, const Newer& newer, crypto::Random& random, WallTime now,
                   RestoreReport& report) {
  Taking taking{.data = data, .newer = newer, .random = random, .now = now, .report = report};
  TakingKeys keys(taking);
  STRONGROOM_CHECK(keys.prepare());
  return data.store().write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(keys.all(tx));
    STRONGROOM_CHECK(take_rules(taking, tx));
    STRONGROOM_CHECK(take_basic_engine_rights(taking, tx));
    STRONGROOM_CHECK(take_restraints(taking, tx));
    STRONGROOM_CHECK(stop_renewals(tx, report));
    return take_group_rights(tx, newer, report);
  });
}

}  // namespace strongroom::backup
