// Invalid rules of access to secrets that count again.

#include <utility>

#include "storage/robot_rows.h"
#include "storage/secret_rows.h"
#include "vault/change_event.h"
#include "vault/path_pattern.h"
#include "vault/reach.h"
#include "vault/robot_access.h"
#include "vault/robot_access_validity.h"
#include "vault/secret_access.h"
#include "vault/secret_record.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using storage::SecretAccessRow;
using storage::Snapshot;
using storage::Transaction;

using Rules = std::vector<SecretAccessRow>;

Result<Rules> rules_by_id(Snapshot& snapshot, const Actor& actor,
                          const std::vector<RobotAccessId>& ids) {
  Rules rules;
  rules.reserve(ids.size());
  for (const RobotAccessId id : ids) {
    STRONGROOM_TRY(auto row, storage::find_secret_access(snapshot, id.uuid));
    if (!row) return no_such_thing();
    STRONGROOM_CHECK(actor.need(Permission::kGrantAccess, row->project_id));
    rules.push_back(*std::move(row));
  }
  return rules;
}

// Those of a robot are its own and the patterns that its path fits, as in lists.
Status keep_those_of(Snapshot& snapshot, const std::optional<RobotId>& id, Rules& rules) {
  if (!id) return {};
  STRONGROOM_TRY(const auto robot, storage::find_robot(snapshot, id->uuid));
  std::erase_if(rules, [&](const SecretAccessRow& rule) {
    if (rule.robot_id) return *rule.robot_id != id->uuid;
    return !robot || robot->project_id != rule.project_id ||
           !path_fits(rule.pattern_key, robot->path_key);
  });
  return {};
}

Result<Rules> select(Snapshot& snapshot, const Actor& actor, const SecretRuleSelection& selection) {
  if (!selection.ids.empty()) return rules_by_id(snapshot, actor, selection.ids);
  const ListQuery& list = selection.query.list;
  storage::SecretAccessListRequest request;
  STRONGROOM_TRY(request.list, row_list_request(list));
  request.list.projects = actor.grants.projects_with(Permission::kGrantAccess);
  if (list.project) request.project_id = list.project->uuid;
  if (selection.query.secret) request.secret_id = selection.query.secret->uuid;
  request.valid = list.valid;
  STRONGROOM_TRY(Rules rules, storage::all_secret_rules_of(snapshot, request));
  STRONGROOM_CHECK(keep_those_of(snapshot, list.robot, rules));
  return rules;
}

void note(SecretRuleChanges& changes, const SecretAccessRow& row) {
  ++changes.changed;
  if (changes.rules.size() == kMaxShownRules) return;
  SecretAccess rule{.id = RobotAccessId{row.id},
                    .project = ProjectId{row.project_id},
                    .secret = SecretId{row.secret_id},
                    .robot = {},
                    .path_pattern = row.path_pattern,
                    .created_at = row.created_at,
                    .invalid_reason = row.invalid_reason,
                    .last_used_at = row.last_used_at};
  if (row.robot_id) rule.robot = RobotId{*row.robot_id};
  changes.rules.push_back(std::move(rule));
}

// Takes those out of `rules` that are valid or blocked.
Result<SecretRuleChanges> plan_update(Snapshot& snapshot, Rules& rules) {
  SecretRuleChanges changes;
  Rules due;
  for (SecretAccessRow& rule : rules) {
    if (rule.invalid_reason.empty()) continue;
    STRONGROOM_TRY(const bool blocked, is_blocked(snapshot, rule.robot_id));
    if (blocked) {
      ++changes.blocked;
      continue;
    }
    note(changes, rule);
    due.push_back(std::move(rule));
  }
  rules = std::move(due);
  return changes;
}

Status renew(Context& context, Transaction& tx, const Actor& actor, SecretAccessRow rule) {
  STRONGROOM_CHECK(check_mac(context.sealer, rule));
  rule.invalid_reason.clear();
  STRONGROOM_TRY(rule.mac, mac_of(context.sealer, rule));
  STRONGROOM_CHECK(storage::update_secret_access_validity(tx, rule));
  STRONGROOM_CHECK(put_rules_on_commit(context, tx, SecretId{rule.secret_id}));
  STRONGROOM_TRY(const auto secret, storage::find_secret(tx, rule.secret_id));
  return record(context, tx, actor,
                {.action = audit::Action::kSecretAccessUpdated,
                 .subject = rule.id,
                 .project = rule.project_id,
                 .name = secret ? secret->label : "",
                 .fields = {rule.robot_id ? "robot" : "path_pattern"}});
}

}  // namespace

Result<SecretRuleChanges> SecretAccessRules::update_to_latest(const Actor& actor,
                                                              const SecretRuleSelection& selection,
                                                              bool dry_run) {
  STRONGROOM_CHECK(actor.need(Permission::kGrantAccess));
  using Answer = SecretRuleChanges;
  const auto plan = [&](Snapshot& snapshot, Rules& rules) -> Result<Answer> {
    STRONGROOM_TRY(rules, select(snapshot, actor, selection));
    return plan_update(snapshot, rules);
  };
  if (dry_run) {
    return storage::read<Answer>(context_.store, [&](Snapshot& snapshot) -> Result<Answer> {
      Rules rules;
      return plan(snapshot, rules);
    });
  }
  STRONGROOM_CHECK(need_writable_audit(context_));
  return storage::write<Answer>(context_.store, [&](Transaction& tx) -> Result<Answer> {
    Rules rules;
    STRONGROOM_TRY(Answer changes, plan(tx, rules));
    for (const SecretAccessRow& rule : rules) STRONGROOM_CHECK(renew(context_, tx, actor, rule));
    return changes;
  });
}

}  // namespace strongroom::vault
