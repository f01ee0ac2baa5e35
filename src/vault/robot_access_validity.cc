#include "vault/robot_access_validity.h"

#include <map>
#include <set>
#include <utility>

#include "storage/oauth_client_rows.h"
#include "storage/project_rows.h"
#include "vault/change_event.h"
#include "vault/index_entries.h"
#include "vault/lookup_index.h"
#include "vault/robot_input_validity.h"
#include "vault/row_mac.h"

namespace strongroom::vault {
namespace {

using storage::RobotAccessRow;
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

Status invalidate(Context& context, Transaction& tx, const Actor& actor, RobotAccessRow rule,
                  InvalidReason reason) {
  rule.invalid_reason = to_text(reason);
  STRONGROOM_TRY(rule.mac, mac_of(context.sealer, rule));
  STRONGROOM_CHECK(storage::update_robot_access_validity(tx, rule));
  STRONGROOM_TRY(const auto client, storage::find_oauth_client(tx, rule.oauth_client_id));
  return record(context, tx, actor,
                {.action = audit::Action::kRobotAccessInvalidated,
                 .subject = rule.id,
                 .project = rule.project_id,
                 .name = client ? client->label : "",
                 .reason = to_text(reason)});
}

}  // namespace

Result<std::int64_t> invalidate_rules(Context& context, Transaction& tx, const Actor& actor,
                                      const std::vector<RobotAccessRow>& rules,
                                      InvalidReason reason) {
  Strictness strictness(tx);
  std::set<Uuid> clients;
  std::int64_t count = 0;
  for (const RobotAccessRow& rule : rules) {
    if (!rule.invalid_reason.empty()) continue;
    STRONGROOM_TRY(const bool is_strict, strictness.of(rule.project_id));
    if (!is_strict || !check_mac(context.sealer, rule)) continue;
    STRONGROOM_CHECK(invalidate(context, tx, actor, rule, reason));
    clients.insert(rule.oauth_client_id);
    ++count;
  }
  for (const Uuid& client : clients) {
    STRONGROOM_CHECK(put_rules_on_commit(context, tx, OAuthClientId{client}));
  }
  return count;
}

Status invalidate_rules_of_system(Context& context, Transaction& tx, const Actor& actor,
                                  const Uuid& target_system) {
  STRONGROOM_TRY(const auto rules, storage::rules_of_target_system(tx, target_system));
  STRONGROOM_CHECK(invalidate_rules(context, tx, actor, rules, InvalidReason::kTargetSystemEdited));
  STRONGROOM_TRY(const auto inputs, storage::inputs_of_target_system(tx, target_system));
  return invalidate_inputs(context, tx, actor, inputs, InvalidReason::kTargetSystemEdited);
}

Status put_rules_on_commit(Context& context, Transaction& tx, OAuthClientId client) {
  STRONGROOM_TRY(auto access, read_access(context, tx, client));
  tx.on_commit([&context, client, access = std::move(access)]() mutable {
    context.index.put_access(client, std::move(access));
  });
  return {};
}

}  // namespace strongroom::vault
