// Many rules of robot access at once: updated to the latest, or revoked; and when each was used.

#include <algorithm>
#include <utility>

#include "storage/oauth_client_rows.h"
#include "storage/robot_access_rows.h"
#include "storage/robot_rows.h"
#include "vault/change_event.h"
#include "vault/lookup_index.h"
#include "vault/path_pattern.h"
#include "vault/reach.h"
#include "vault/robot_access.h"
#include "vault/robot_access_validity.h"
#include "vault/row_mac.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using storage::RobotAccessRow;
using storage::Snapshot;
using storage::Transaction;

using Rules = std::vector<RobotAccessRow>;

void note(RuleChanges& changes, const RobotAccessRow& row) {
  ++changes.changed;
  if (changes.rules.size() == kMaxShownRules) return;
  RobotAccess rule{.id = RobotAccessId{row.id},
                   .project = ProjectId{row.project_id},
                   .oauth_client = OAuthClientId{row.oauth_client_id},
                   .robot = {},
                   .path_pattern = row.path_pattern,
                   .created_at = row.created_at,
                   .invalid_reason = row.invalid_reason,
                   .last_used_at = row.last_used_at};
  if (row.robot_id) rule.robot = RobotId{*row.robot_id};
  changes.rules.push_back(std::move(rule));
}

Result<Rules> rules_by_id(Snapshot& snapshot, const Actor& actor,
                          const std::vector<RobotAccessId>& ids) {
  Rules rules;
  for (const RobotAccessId id : ids) {
    STRONGROOM_TRY(auto row, storage::find_robot_access(snapshot, id.uuid));
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
  std::erase_if(rules, [&](const RobotAccessRow& rule) {
    if (rule.robot_id) return *rule.robot_id != id->uuid;
    return !robot || robot->project_id != rule.project_id ||
           !path_fits(rule.pattern_key, robot->path_key);
  });
  return {};
}

Result<Rules> select(Snapshot& snapshot, const Actor& actor, const RuleSelection& selection) {
  if (!selection.ids.empty()) return rules_by_id(snapshot, actor, selection.ids);
  const ListQuery& query = selection.query;
  storage::RobotAccessListRequest request;
  STRONGROOM_TRY(request.list, row_list_request(query));
  request.list.projects = actor.grants.projects_with(Permission::kGrantAccess);
  if (query.project) request.project_id = query.project->uuid;
  if (query.oauth_client) request.oauth_client_id = query.oauth_client->uuid;
  request.valid = query.valid;
  request.unused_since = query.unused_since;
  STRONGROOM_TRY(Rules rules, storage::all_rules_of(snapshot, request));
  STRONGROOM_CHECK(keep_those_of(snapshot, query.robot, rules));
  return rules;
}

// Takes those out of `rules` that are valid or blocked.
Result<RuleChanges> plan_update(Snapshot& snapshot, Rules& rules) {
  RuleChanges changes;
  Rules due;
  for (const RobotAccessRow& rule : rules) {
    if (rule.invalid_reason.empty()) continue;
    STRONGROOM_TRY(const bool blocked, is_blocked(snapshot, rule.robot_id));
    if (blocked) {
      ++changes.blocked;
      continue;
    }
    note(changes, rule);
    due.push_back(rule);
  }
  rules = std::move(due);
  return changes;
}

Change change(audit::Action action, Snapshot& snapshot, const RobotAccessRow& rule) {
  const auto client = storage::find_oauth_client(snapshot, rule.oauth_client_id);
  return {.action = action,
          .subject = rule.id,
          .project = rule.project_id,
          .name = client && *client ? (*client)->label : "",
          .fields = {rule.robot_id ? "robot" : "path_pattern"}};
}

Status renew(Context& context, Transaction& tx, const Actor& actor, RobotAccessRow rule) {
  STRONGROOM_CHECK(check_mac(context.sealer, rule));
  rule.invalid_reason.clear();
  STRONGROOM_TRY(rule.mac, mac_of(context.sealer, rule));
  STRONGROOM_CHECK(storage::update_robot_access_validity(tx, rule));
  STRONGROOM_CHECK(put_rules_on_commit(context, tx, OAuthClientId{rule.oauth_client_id}));
  return record(context, tx, actor, change(audit::Action::kRobotAccessUpdated, tx, rule));
}

Status drop(Context& context, Transaction& tx, const Actor& actor, const RobotAccessRow& rule) {
  STRONGROOM_CHECK(storage::delete_robot_access(tx, rule.id));
  STRONGROOM_CHECK(put_rules_on_commit(context, tx, OAuthClientId{rule.oauth_client_id}));
  return record(context, tx, actor, change(audit::Action::kRobotAccessRevoked, tx, rule));
}

}  // namespace

Result<RuleChanges> RobotAccessRules::update_to_latest(const Actor& actor,
                                                       const RuleSelection& selection,
                                                       bool dry_run) {
  STRONGROOM_CHECK(actor.need(Permission::kGrantAccess));
  using Answer = RuleChanges;
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
    for (const RobotAccessRow& rule : rules) STRONGROOM_CHECK(renew(context_, tx, actor, rule));
    return changes;
  });
}

Result<RuleChanges> RobotAccessRules::revoke_all(const Actor& actor, const RuleSelection& selection,
                                                 bool dry_run) {
  STRONGROOM_CHECK(actor.need(Permission::kGrantAccess));
  STRONGROOM_CHECK(write_uses());
  using Answer = RuleChanges;
  if (dry_run) {
    return storage::read<Answer>(context_.store, [&](Snapshot& snapshot) -> Result<Answer> {
      STRONGROOM_TRY(const Rules rules, select(snapshot, actor, selection));
      Answer changes;
      for (const RobotAccessRow& rule : rules) note(changes, rule);
      return changes;
    });
  }
  return storage::write<Answer>(context_.store, [&](Transaction& tx) -> Result<Answer> {
    STRONGROOM_TRY(const Rules rules, select(tx, actor, selection));
    Answer changes;
    for (const RobotAccessRow& rule : rules) {
      note(changes, rule);
      STRONGROOM_CHECK(drop(context_, tx, actor, rule));
    }
    return changes;
  });
}

Status RobotAccessRules::write_uses() {
  const AccessUses::Times times = context_.index.uses().take();
  if (times.empty()) return {};
  Status written = context_.store.write([&](Transaction& tx) -> Status {
    for (const auto& [rule, time] : times) {
      STRONGROOM_CHECK(storage::set_robot_access_use(tx, rule.uuid, time));
    }
    return {};
  });
  if (written) return written;
  for (const auto& [rule, time] : times) context_.index.uses().note(rule, time);
  return written;
}

}  // namespace strongroom::vault
