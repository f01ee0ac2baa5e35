#include "vault/robot_access_validity.h"

#include <map>
#include <set>
#include <utility>

#include "storage/oauth_client_rows.h"
#include "storage/project_rows.h"
#include "storage/robot_rows.h"
#include "storage/secret_rows.h"
#include "vault/change_event.h"
#include "vault/index_entries.h"
#include "vault/lookup_index.h"
#include "vault/robot_input_validity.h"
#include "vault/row_mac.h"
#include "vault/secret_entries.h"
#include "vault/secret_record.h"

namespace strongroom::vault {
namespace {

using audit::Action;
using storage::RobotAccessRow;
using storage::SecretAccessRow;
using storage::Snapshot;
using storage::Transaction;

// Asks for each project once.
class Strictness {
 public:
  explicit Strictness(Transaction& tx) : tx_(tx) {}
  Result<bool> of(const Uuid& project) {
    const auto known = known_.find(project);
    if (known != known_.end()) return known->second;
    STRONGROOM_TRY(const auto row, storage::find_project(tx_, project));
    return known_[project] = row && row->strict_robot_access;
  }

 private:
  Transaction& tx_;
  std::map<Uuid, bool> known_;
};

// What differs between the two kinds of rules; all else is the same of both.
template <class Row>
struct Kind;

template <>
struct Kind<RobotAccessRow> {
  static constexpr Action kInvalidated = Action::kRobotAccessInvalidated;
  static constexpr auto kUpdate = &storage::update_robot_access_validity;

  static OAuthClientId read_by(const RobotAccessRow& rule) {
    return OAuthClientId{rule.oauth_client_id};
  }
  static Result<std::string> label_of(Snapshot& snapshot, const RobotAccessRow& rule) {
    STRONGROOM_TRY(const auto client, storage::find_oauth_client(snapshot, rule.oauth_client_id));
    return client ? client->label : std::string();
  }
};

template <>
struct Kind<SecretAccessRow> {
  static constexpr Action kInvalidated = Action::kSecretAccessInvalidated;
  static constexpr auto kUpdate = &storage::update_secret_access_validity;

  static SecretId read_by(const SecretAccessRow& rule) { return SecretId{rule.secret_id}; }
  static Result<std::string> label_of(Snapshot& snapshot, const SecretAccessRow& rule) {
    STRONGROOM_TRY(const auto secret, storage::find_secret(snapshot, rule.secret_id));
    return secret ? secret->label : std::string();
  }
};

template <class Row>
Status invalidate(Context& context, Transaction& tx, const Actor& actor, Row rule,
                  InvalidReason reason) {
  rule.invalid_reason = to_text(reason);
  STRONGROOM_TRY(rule.mac, mac_of(context.sealer, rule));
  STRONGROOM_CHECK(Kind<Row>::kUpdate(tx, rule));
  STRONGROOM_TRY(std::string label, Kind<Row>::label_of(tx, rule));
  return record(context, tx, actor,
                {.action = Kind<Row>::kInvalidated,
                 .subject = rule.id,
                 .project = rule.project_id,
                 .name = std::move(label),
                 .reason = to_text(reason)});
}

template <class Row>
Result<std::int64_t> invalidate_all(Context& context, Transaction& tx, const Actor& actor,
                                    const std::vector<Row>& rules, InvalidReason reason) {
  Strictness strictness(tx);
  std::set<decltype(Kind<Row>::read_by(Row{}))> things;
  std::int64_t count = 0;
  for (const Row& rule : rules) {
    if (!rule.invalid_reason.empty()) continue;
    STRONGROOM_TRY(const bool is_strict, strictness.of(rule.project_id));
    if (!is_strict || !check_mac(context.sealer, rule)) continue;
    STRONGROOM_CHECK(invalidate(context, tx, actor, rule, reason));
    things.insert(Kind<Row>::read_by(rule));
    ++count;
  }
  for (const auto thing : things) STRONGROOM_CHECK(put_rules_on_commit(context, tx, thing));
  return count;
}

}  // namespace

Result<std::int64_t> invalidate_rules(Context& context, Transaction& tx, const Actor& actor,
                                      const std::vector<RobotAccessRow>& rules,
                                      InvalidReason reason) {
  return invalidate_all(context, tx, actor, rules, reason);
}

Result<std::int64_t> invalidate_rules(Context& context, Transaction& tx, const Actor& actor,
                                      const std::vector<SecretAccessRow>& rules,
                                      InvalidReason reason) {
  return invalidate_all(context, tx, actor, rules, reason);
}

Result<std::int64_t> invalidate_rules_of_robot(Context& context, Transaction& tx,
                                               const Actor& actor, const Uuid& robot,
                                               InvalidReason reason) {
  STRONGROOM_TRY(const auto rules, storage::rules_of_robot(tx, robot));
  STRONGROOM_TRY(const std::int64_t of_clients,
                 invalidate_rules(context, tx, actor, rules, reason));
  STRONGROOM_TRY(const auto secret_rules, storage::secret_rules_of_robot(tx, robot));
  STRONGROOM_TRY(const std::int64_t of_secrets,
                 invalidate_rules(context, tx, actor, secret_rules, reason));
  return of_clients + of_secrets;
}

Status invalidate_rules_of_system(Context& context, Transaction& tx, const Actor& actor,
                                  const Uuid& target_system) {
  constexpr InvalidReason kReason = InvalidReason::kTargetSystemEdited;
  STRONGROOM_TRY(const auto rules, storage::rules_of_target_system(tx, target_system));
  STRONGROOM_CHECK(invalidate_rules(context, tx, actor, rules, kReason));
  STRONGROOM_TRY(const auto secret_rules,
                 storage::secret_rules_of_target_system(tx, target_system));
  STRONGROOM_CHECK(invalidate_rules(context, tx, actor, secret_rules, kReason));
  STRONGROOM_TRY(const auto inputs, storage::inputs_of_target_system(tx, target_system));
  return invalidate_inputs(context, tx, actor, inputs, kReason);
}

Result<bool> is_blocked(Snapshot& snapshot, const std::optional<Uuid>& robot_id) {
  if (!robot_id) return false;
  STRONGROOM_TRY(const auto robot, storage::find_robot(snapshot, *robot_id));
  return !robot || robot->stamps.deleted_at || robot->missing_dependencies != "[]";
}

Status put_rules_on_commit(Context& context, Transaction& tx, OAuthClientId client) {
  STRONGROOM_TRY(auto access, read_access(context, tx, client));
  tx.on_commit([&context, client, access = std::move(access)]() mutable {
    context.index.put_access(client, std::move(access));
  });
  return {};
}

Status put_rules_on_commit(Context& context, Transaction& tx, SecretId secret) {
  STRONGROOM_TRY(auto access, read_secret_rules(context, tx, secret));
  tx.on_commit([&context, secret, access = std::move(access)]() mutable {
    context.index.secrets().put_access(secret, std::move(access));
  });
  return {};
}

}  // namespace strongroom::vault
