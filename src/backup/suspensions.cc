#include "backup/suspensions.h"

#include <algorithm>
#include <utility>

#include "backup/rights.h"
#include "identity/change.h"
#include "identity/suspended_user.h"
#include "identity/suspension_record.h"
#include "storage/api_key_rows.h"
#include "storage/robot_access_rows.h"
#include "storage/robot_input_rows.h"
#include "storage/robot_rows.h"
#include "storage/secret_access_rows.h"
#include "storage/user_rows.h"
#include "vault/index_entries.h"
#include "vault/robot_access_validity.h"
#include "vault/robot_input_validity.h"
#include "vault/row_mac.h"

namespace strongroom::backup {
namespace {

using storage::Snapshot;
using storage::SuspensionRow;
using storage::Transaction;

Status need_server(const identity::Asker& asker) {
  return identity::need(asker, Permission::kManageServer);
}

// Whether what is suspended is still as the restore left it: somebody may have deleted it, or said
// otherwise since.
Result<bool> still_counts(Snapshot& snapshot, const SuspensionRow& row) {
  if (row.kind == kUserKind) {
    STRONGROOM_TRY(const auto user, storage::find_user(snapshot, row.subject_id));
    return user && user->disabled_at == row.at;
  }
  if (row.kind == kApiKeyKind) {
    STRONGROOM_TRY(const auto key, storage::find_api_key(snapshot, row.subject_id));
    return key && key->revoked_at == row.at;
  }
  if (row.kind == kRobotKeyKind) {
    STRONGROOM_TRY(const auto key, storage::find_robot_key(snapshot, row.subject_id));
    return key && key->revoked_at == row.at;
  }
  if (row.kind == kSecretAccessKind) {
    STRONGROOM_TRY(const auto rule, storage::find_secret_access(snapshot, row.subject_id));
    return rule && rule->invalid_reason == kRestoredRule;
  }
  if (row.kind == kRobotInputKind) {
    STRONGROOM_TRY(const auto input, storage::find_robot_input(snapshot, row.subject_id));
    return input && input->invalid_reason == kRestoredRule;
  }
  STRONGROOM_TRY(const auto rule, storage::find_robot_access(snapshot, row.subject_id));
  return rule && rule->invalid_reason == kRestoredRule;
}

// A row that somebody else put there suspends nothing, and nothing is lifted by it.
Result<bool> is_believed(vault::Context& vault, const SuspensionRow& row) {
  STRONGROOM_TRY(const bool genuine, identity::is_genuine(vault.sealer, row));
  if (!genuine) {
    vault.log.failed("A suspension was forged or damaged; nothing is lifted by it.",
                     Error{Code::kCorrupt, "A stored row is damaged."}, {{"suspension", row.id}});
  }
  return genuine;
}

Result<std::vector<SuspensionRow>> those_that_count(vault::Context& vault, Snapshot& snapshot) {
  STRONGROOM_TRY(auto rows, storage::all_suspensions(snapshot));
  std::vector<SuspensionRow> counting;
  for (SuspensionRow& row : rows) {
    STRONGROOM_TRY(const bool believed, is_believed(vault, row));
    if (!believed) continue;
    STRONGROOM_TRY(const bool counts, still_counts(snapshot, row));
    if (counts) counting.push_back(std::move(row));
  }
  return counting;
}

}  // namespace

Result<std::vector<Suspension>> Suspensions::list(const identity::Asker& asker) {
  STRONGROOM_CHECK(need_server(asker));
  using Rows = std::vector<SuspensionRow>;
  STRONGROOM_TRY(const Rows rows, storage::read<Rows>(parts_.vault.store, [&](Snapshot& snapshot) {
                   return those_that_count(parts_.vault, snapshot);
                 }));
  std::vector<Suspension> all;
  for (const SuspensionRow& row : rows) {
    all.push_back({row.id, row.kind, row.subject_id, row.name, row.project_id, row.at});
  }
  return all;
}

Status Suspensions::lift(const identity::Asker& asking, const Uuid& id) {
  STRONGROOM_CHECK(need_server(asking));
  STRONGROOM_CHECK(vault::need_writable_audit(parts_.vault));
  const identity::Exclusive exclusive(parts_.identity, asking);
  return parts_.vault.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto row, storage::find_suspension(tx, id));
    if (!row) return Error{Code::kNotFound, "There is no such suspension."};
    STRONGROOM_TRY(const bool counts, still_counts(tx, *row));
    if (!counts) return Error{Code::kNotFound, "There is no such suspension."};
    return lift(tx, exclusive.asker(), *row);
  });
}

Result<std::int64_t> Suspensions::lift_all(const identity::Asker& asking) {
  STRONGROOM_CHECK(need_server(asking));
  STRONGROOM_CHECK(vault::need_writable_audit(parts_.vault));
  const identity::Exclusive exclusive(parts_.identity, asking);
  using Count = std::int64_t;
  return storage::write<Count>(parts_.vault.store, [&](Transaction& tx) -> Result<Count> {
    STRONGROOM_TRY(const auto rows, those_that_count(parts_.vault, tx));
    Count lifted = 0;
    for (const SuspensionRow& row : rows) {
      const Status done = lift(tx, exclusive.asker(), row);
      if (!done && done.error().code != Code::kPermissionDenied) return done.error();
      if (done) ++lifted;
    }
    return lifted;
  });
}

// What is refused is refused before anything of it is written.
Status Suspensions::lift(Transaction& tx, const identity::Asker& asker, const SuspensionRow& row) {
  STRONGROOM_CHECK(need_server(asker));
  STRONGROOM_CHECK(identity::check_suspension(parts_.vault.sealer, row));
  if (row.kind == kUserKind) return lift_user(tx, asker, row);
  STRONGROOM_CHECK(storage::delete_suspension(tx, row.id));
  if (row.kind == kApiKeyKind) {
    STRONGROOM_CHECK(parts_.api_keys.end_suspension(tx, identity::ApiKeyId{row.subject_id}));
  } else if (row.kind == kRobotKeyKind) {
    STRONGROOM_CHECK(lift_robot_key(tx, row));
  } else if (row.kind == kSecretAccessKind) {
    const vault::RobotAccessId rule{row.subject_id};
    STRONGROOM_CHECK(parts_.secret_access.end_suspension_in(tx, rule));
  } else if (row.kind == kRobotInputKind) {
    STRONGROOM_CHECK(lift_input(tx, row));
  } else {
    STRONGROOM_CHECK(lift_rule(tx, row));
  }
  auto event = identity::change_event(parts_.identity, asker, audit::Action::kSuspensionLifted,
                                      row.subject_id, row.name);
  event.project_id = row.project_id;
  return parts_.identity.trail.record_change(tx, event);
}

Status Suspensions::lift_user(Transaction& tx, const identity::Asker& asker,
                              const SuspensionRow& row) {
  const identity::UserId user{row.subject_id};
  STRONGROOM_CHECK(identity::need_all(asker, parts_.rights.if_enabled(user)));
  return identity::end_suspension(parts_.identity, parts_.users, tx, asker, user);
}

Status Suspensions::lift_robot_key(Transaction& tx, const SuspensionRow& row) {
  STRONGROOM_TRY(auto key, storage::find_robot_key(tx, row.subject_id));
  if (!key) return {};
  const crypto::Sealer& sealer = parts_.vault.sealer;
  STRONGROOM_CHECK(vault::check_mac(sealer, *key));
  key->revoked_at.reset();
  STRONGROOM_TRY(key->mac, vault::mac_of(sealer, *key));
  STRONGROOM_CHECK(storage::restore_robot_key(tx, key->id, key->mac));
  STRONGROOM_TRY(const auto robot, storage::find_robot(tx, key->robot_id));
  if (!robot || robot->stamps.deleted_at) return {};  // it comes back with its robot
  tx.on_commit([&vault = parts_.vault, key = *key] {
    const Status put = vault::put_key(vault, key);
    if (!put) vault.log.failed("A robot key that counts again was not put to use.", put.error());
  });
  return {};
}

Status Suspensions::lift_rule(Transaction& tx, const SuspensionRow& row) {
  STRONGROOM_TRY(auto rule, storage::find_robot_access(tx, row.subject_id));
  if (!rule) return {};
  const crypto::Sealer& sealer = parts_.vault.sealer;
  STRONGROOM_CHECK(vault::check_mac(sealer, *rule));
  rule->invalid_reason.clear();
  STRONGROOM_TRY(rule->mac, vault::mac_of(sealer, *rule));
  STRONGROOM_CHECK(storage::update_robot_access_validity(tx, *rule));
  return vault::put_rules_on_commit(parts_.vault, tx, vault::OAuthClientId{rule->oauth_client_id});
}

Status Suspensions::lift_input(Transaction& tx, const SuspensionRow& row) {
  STRONGROOM_TRY(auto input, storage::find_robot_input(tx, row.subject_id));
  if (!input) return {};
  const crypto::Sealer& sealer = parts_.vault.sealer;
  STRONGROOM_CHECK(vault::check_mac(sealer, *input));
  input->invalid_reason.clear();
  STRONGROOM_TRY(input->mac, vault::mac_of(sealer, *input));
  STRONGROOM_CHECK(storage::update_robot_input(tx, *input));
  return vault::put_inputs_on_commit(parts_.vault, tx, input->robot_id);
}

Result<std::string> Suspensions::report(const identity::Asker& asker) {
  STRONGROOM_CHECK(need_server(asker));
  using Maybe = std::optional<std::string>;
  STRONGROOM_TRY(auto json, storage::read<Maybe>(parts_.vault.store, storage::find_restore_report));
  if (!json) return Error{Code::kNotFound, "Nothing was restored here."};
  return *std::move(json);
}

}  // namespace strongroom::backup
