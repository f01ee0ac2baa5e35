#include "backup/rights.h"

#include <map>
#include <utility>
#include <vector>

#include "audit/event.h"
#include "backup/group_rights.h"
#include "crypto/password_hash.h"
#include "crypto/uuid.h"
#include "identity/key_record.h"
#include "identity/user_record.h"
#include "storage/api_key_rows.h"
#include "storage/oauth_client_rows.h"
#include "storage/robot_access_rows.h"
#include "storage/robot_rows.h"
#include "storage/secret_access_rows.h"
#include "storage/secret_rows.h"
#include "storage/session_rows.h"
#include "storage/user_rows.h"
#include "vault/row_mac.h"
#include "vault/secret_record.h"

namespace strongroom::backup {
namespace {

using audit::Action;
using storage::Transaction;

// What the events of a restore say why.
constexpr std::string_view kReason = "restore";

// Everything in one transaction: a restored state is switched to as a whole, or not at all.
class Taking {
 public:
  Taking(OpenData& data, const Newer& newer, crypto::Random& random, WallTime now,
         RestoreReport& report)
      : data_(data), newer_(newer), random_(random), now_(now), report_(report) {}

  // Hashing takes its time, so it is done before.
  Status prepare() {
    if (newer_.changed_passwords.empty()) return {};
    STRONGROOM_TRY(no_password_, crypto::hash_password(crypto::make_password(random_)));
    return {};
  }

  Status all(Transaction& tx) {
    STRONGROOM_CHECK(end_sessions(tx));
    STRONGROOM_CHECK(users(tx));
    STRONGROOM_CHECK(api_keys(tx));
    STRONGROOM_CHECK(robot_keys(tx));
    return rules(tx);
  }

 private:
  Status record(Transaction& tx, Action action, const Uuid& subject, const Uuid& project,
                std::string name) {
    return data_.trail().record_change(tx, {.id = crypto::make_uuid(now_, random_),
                                            .at = now_,
                                            .action = action,
                                            .subject_id = subject,
                                            .project_id = project,
                                            .subject_name = std::move(name),
                                            .reason = kReason});
  }

  Status suspend(Transaction& tx, std::string_view kind, Action action, const Uuid& subject,
                 const Uuid& project, const std::string& name) {
    storage::SuspensionRow row{.id = crypto::make_uuid(now_, random_),
                               .kind = std::string(kind),
                               .subject_id = subject,
                               .name = name,
                               .project_id = project,
                               .at = now_,
                               .mac = {}};
    STRONGROOM_TRY(row.mac, suspension_mac(data_.sealer(), row));
    STRONGROOM_CHECK(storage::insert_suspension(tx, row));
    return record(tx, action, subject, project, name);
  }

  Status end_sessions(Transaction& tx) {
    STRONGROOM_TRY(const auto sessions, storage::all_sessions(tx));
    for (const storage::SessionRow& row : sessions) {
      STRONGROOM_CHECK(storage::delete_session(tx, row.id));
      STRONGROOM_CHECK(record(tx, Action::kSessionEnded, row.user_id, {}, {}));
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

  Status users(Transaction& tx) {
    STRONGROOM_TRY(auto rows, storage::all_users(tx));
    for (storage::UserRow& row : rows) STRONGROOM_CHECK(user(tx, row));
    return {};
  }

  Status user(Transaction& tx, storage::UserRow& row) {
    if (newer_.deleted_users.contains(row.id)) {
      ++report_.not_revived.users;
      STRONGROOM_CHECK(storage::delete_user(tx, row.id));
      return record(tx, Action::kUserDeleted, row.id, {}, row.name);
    }
    const bool was_disabled = row.disabled_at.has_value();
    const bool changed_password =
        newer_.changed_passwords.contains(row.id) && !row.password_hash.empty();
    const bool disabled = newer_.disabled_users.contains(row.id);
    const bool suspended = !disabled && !newer_.confirms;
    if (!changed_password && (was_disabled || (!disabled && !suspended))) return {};
    if (changed_password) {
      row.password_hash = no_password_;
      row.must_change_password = true;
      ++passwords_;
    }
    if (!was_disabled && (disabled || suspended)) row.disabled_at = now_;
    STRONGROOM_TRY(row.mac, identity::user_mac(data_.sealer(), row));
    STRONGROOM_CHECK(storage::update_user(tx, row));
    if (changed_password) {
      STRONGROOM_CHECK(record(tx, Action::kPasswordReset, row.id, {}, row.name));
    }
    if (was_disabled || (!disabled && !suspended)) return {};
    ++(disabled ? report_.not_revived : report_.suspended).users;
    if (disabled) return record(tx, Action::kUserDisabled, row.id, {}, row.name);
    return suspend(tx, kUserKind, Action::kUserSuspended, row.id, {}, row.name);
  }

  Status api_keys(Transaction& tx) {
    STRONGROOM_TRY(auto rows, storage::all_api_keys(tx));
    for (storage::ApiKeyRow& row : rows) {
      if (row.revoked_at) continue;
      const bool revoked = newer_.revoked.contains(row.id);
      if (!revoked && newer_.confirms) continue;
      row.revoked_at = now_;
      STRONGROOM_TRY(row.mac, identity::key_mac(data_.sealer(), row));
      STRONGROOM_CHECK(storage::revoke_api_key(tx, row.id, now_, row.mac));
      ++(revoked ? report_.not_revived : report_.suspended).api_keys;
      if (revoked) {
        STRONGROOM_CHECK(record(tx, Action::kApiKeyRevoked, row.id, {}, row.name));
      } else {
        STRONGROOM_CHECK(suspend(tx, kApiKeyKind, Action::kKeySuspended, row.id, {}, row.name));
      }
    }
    return {};
  }

  // Read first: rows are not changed while they are walked.
  Status robot_keys(Transaction& tx) {
    std::vector<storage::RobotKeyRow> rows;
    STRONGROOM_CHECK(storage::for_each_unrevoked_robot_key(tx, [&](const auto& row) -> Status {
      if (!newer_.confirms || newer_.revoked.contains(row.id) ||
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
    row.revoked_at = now_;
    STRONGROOM_TRY(row.mac, vault::mac_of(data_.sealer(), row));
    STRONGROOM_CHECK(storage::revoke_robot_key(tx, row));
    const bool revoked = newer_.revoked.contains(row.id);
    ++(revoked ? report_.not_revived : report_.suspended).robot_keys;
    if (revoked) {
      return record(tx, Action::kRobotKeyRevoked, row.id, robot->project_id, robot->name);
    }
    return suspend(tx, kRobotKeyKind, Action::kKeySuspended, row.id, robot->project_id,
                   robot->name);
  }

  Status rules(Transaction& tx) {
    std::vector<storage::RobotAccessRow> rows;
    STRONGROOM_CHECK(storage::for_each_robot_access(tx, [&](const auto& row) -> Status {
      const bool valid = row.invalid_reason.empty();
      if (newer_.revoked.contains(row.id) ||
          (valid && (!newer_.confirms || newer_.invalid_rules.contains(row.id)))) {
        rows.push_back(row);
      }
      return {};
    }));
    for (storage::RobotAccessRow& row : rows) STRONGROOM_CHECK(rule(tx, row));
    STRONGROOM_CHECK(secret_rules(tx));
    if (passwords_ > 0) {
      report_.warnings.push_back(
          "Users whose password or second factor is another one since the backup have none that "
          "is known; reset their passwords: " +
          std::to_string(passwords_));
    }
    return {};
  }

  Status rule(Transaction& tx, storage::RobotAccessRow& row) {
    STRONGROOM_TRY(const auto client, storage::find_oauth_client(tx, row.oauth_client_id));
    const std::string name = client ? client->label : std::string();
    if (newer_.revoked.contains(row.id)) {
      ++report_.not_revived.robot_access;
      STRONGROOM_CHECK(storage::delete_robot_access(tx, row.id));
      return record(tx, Action::kRobotAccessRevoked, row.id, row.project_id, name);
    }
    row.invalid_reason = kRestoredRule;
    STRONGROOM_TRY(row.mac, vault::mac_of(data_.sealer(), row));
    STRONGROOM_CHECK(storage::update_robot_access_validity(tx, row));
    ++report_.suspended.robot_access;
    return suspend(tx, kRobotAccessKind, Action::kRobotAccessSuspended, row.id, row.project_id,
                   name);
  }

  // Rules to read secrets count among the rules of robot access.
  Status secret_rules(Transaction& tx) {
    std::vector<storage::SecretAccessRow> rows;
    STRONGROOM_CHECK(storage::for_each_secret_access(tx, [&](const auto& row) -> Status {
      const bool revoked = newer_.revoked.contains(row.id);
      if (revoked || (row.invalid_reason.empty() && !newer_.confirms)) rows.push_back(row);
      return {};
    }));
    for (storage::SecretAccessRow& row : rows) STRONGROOM_CHECK(secret_rule(tx, row));
    return {};
  }

  Status secret_rule(Transaction& tx, storage::SecretAccessRow& row) {
    STRONGROOM_TRY(const auto secret, storage::find_secret(tx, row.secret_id));
    const std::string name = secret ? secret->label : std::string();
    if (newer_.revoked.contains(row.id)) {
      ++report_.not_revived.robot_access;
      STRONGROOM_CHECK(storage::delete_secret_access(tx, row.id));
      return record(tx, Action::kSecretAccessRevoked, row.id, row.project_id, name);
    }
    row.invalid_reason = kRestoredRule;
    STRONGROOM_TRY(row.mac, vault::mac_of(data_.sealer(), row));
    STRONGROOM_CHECK(storage::update_secret_access_validity(tx, row));
    ++report_.suspended.robot_access;
    return suspend(tx, kSecretAccessKind, Action::kRobotAccessSuspended, row.id, row.project_id,
                   name);
  }

  OpenData& data_;
  const Newer& newer_;
  crypto::Random& random_;
  const WallTime now_;
  RestoreReport& report_;
  std::string no_password_;  // the hash of one that nobody knows
  std::int64_t passwords_ = 0;
};

}  // namespace

Result<std::string> suspension_mac(const crypto::Sealer& sealer,
                                   const storage::SuspensionRow& row) {
  vault::FieldText fields;
  fields.add(row.id.raw()).add(row.kind).add(row.subject_id.raw()).add(row.project_id.raw());
  fields.add(row.name).add(row.at.time_since_epoch().count());
  STRONGROOM_TRY(const crypto::Sha256Digest mac, sealer.mac("suspensions", fields.text()));
  return std::string(reinterpret_cast<const char*>(mac.data()), mac.size());
}

Status take_rights(OpenData& data, const Newer& newer, crypto::Random& random, WallTime now,
                   RestoreReport& report) {
  Taking taking(data, newer, random, now, report);
  STRONGROOM_CHECK(taking.prepare());
  return data.store().write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(taking.all(tx));
    return take_group_rights(tx, newer, report);
  });
}

}  // namespace strongroom::backup
