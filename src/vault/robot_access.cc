#include "vault/robot_access.h"

#include <algorithm>
#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "storage/oauth_client_rows.h"
#include "storage/robot_access_rows.h"
#include "storage/robot_rows.h"
#include "vault/change_event.h"
#include "vault/index_entries.h"
#include "vault/lookup_index.h"
#include "vault/path_pattern.h"
#include "vault/reach.h"
#include "vault/row_mac.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using audit::Action;
using storage::OAuthClientRow;
using storage::RobotAccessRow;
using storage::RobotRow;
using storage::Snapshot;
using storage::Transaction;

Error refused(LiteralText message, std::string field) {
  return Error{Code::kInvalidArgument, message}.at(std::move(field));
}

RobotAccess to_access(const Context& context, const RobotAccessRow& row) {
  RobotAccess access{.id = RobotAccessId{row.id},
                     .project = ProjectId{row.project_id},
                     .oauth_client = OAuthClientId{row.oauth_client_id},
                     .robot = {},
                     .path_pattern = row.path_pattern,
                     .created_at = row.created_at};
  if (row.robot_id) access.robot = RobotId{*row.robot_id};
  access.invalid_reason = row.invalid_reason;
  access.last_used_at = row.last_used_at;
  if (const auto last = context.index.uses().last(access.id)) {
    access.last_used_at = std::max(access.last_used_at.value_or(*last), *last);
  }
  return access;
}

// The subject is the rule; the name is the client's label, for people.
Change change(Action action, const RobotAccessRow& row, std::string label) {
  return {
      action, row.id, row.project_id, std::move(label), {row.robot_id ? "robot" : "path_pattern"}};
}

Status set_reader(const RobotAccessGrant& grant, RobotAccessRow& row) {
  if (grant.robot.has_value() == grant.path_pattern.has_value()) {
    return refused("A rule names one robot or one path pattern.", "/robot");
  }
  if (grant.robot) {
    row.robot_id = grant.robot->uuid;
    return {};
  }
  STRONGROOM_TRY(row.path_pattern, clean_path_pattern(*grant.path_pattern, "/path_pattern"));
  row.pattern_key = name_key(row.path_pattern);
  return {};
}

// A client that `actor` cannot see is not there.
Status may_grant(const Actor& actor, const RobotAccessRow& row) {
  Status may = actor.need(Permission::kGrantAccess, row.project_id);
  if (!may && may.error().code == Code::kNotFound) {
    return refused("There is no such OAuth client.", "/oauth_client");
  }
  return may;
}

// Reads the client into `label`, and the rule's project from it; its robot must be of that project.
// Neither may be forged: what the rule says of them is signed with it.
Status set_project(const crypto::Sealer& sealer, Snapshot& snapshot, const Actor& actor,
                   RobotAccessRow& row, std::string& label) {
  const auto client = living(storage::find_oauth_client(snapshot, row.oauth_client_id));
  if (!client) return refused("There is no such OAuth client.", "/oauth_client");
  STRONGROOM_CHECK(check_mac(sealer, *client));
  row.project_id = client->project_id;
  STRONGROOM_CHECK(may_grant(actor, row));
  label = client->label;
  if (!row.robot_id) return {};
  const auto robot = living(storage::find_robot(snapshot, *row.robot_id));
  if (!robot || robot->project_id != row.project_id) {
    return refused("There is no such robot in the project of this OAuth client.", "/robot");
  }
  return check_mac(sealer, *robot);
}

Status check_is_new(Snapshot& snapshot, const RobotAccessRow& row) {
  STRONGROOM_TRY(const auto existing, storage::find_same_rule(snapshot, row));
  if (!existing) return {};
  return duplicate("There is this rule already.", *existing,
                   row.robot_id ? "/robot" : "/path_pattern");
}

Status put_on_commit(Context& context, Transaction& tx, OAuthClientId client) {
  STRONGROOM_TRY(auto access, read_access(context, tx, client));
  tx.on_commit([&context, client, access = std::move(access)]() mutable {
    context.index.put_access(client, std::move(access));
  });
  return {};
}

// Which of the rules that may fit do: those that name the robot, and those whose pattern fits.
Result<Page<RobotAccess>> list_for_robot(const Context& context, Snapshot& snapshot,
                                         const storage::RobotAccessListRequest& request,
                                         const RobotRow& robot) {
  STRONGROOM_TRY(auto rows, storage::rules_that_may_fit(snapshot, request, robot.id));
  std::erase_if(rows, [&](const RobotAccessRow& row) {
    return row.project_id != robot.project_id ||
           (!row.robot_id && !path_fits(row.pattern_key, robot.path_key));
  });
  Page<RobotAccess> page{.items = {}, .total = static_cast<std::int64_t>(rows.size())};
  const std::int64_t begin = std::min(request.list.offset, page.total);
  const std::int64_t end = begin + std::min(request.list.limit, page.total - begin);
  for (std::int64_t i = begin; i < end; ++i) {
    page.items.push_back(to_access(context, rows[static_cast<std::size_t>(i)]));
  }
  return page;
}

bool fits(const RobotAccessRow& rule, const RobotRow& robot) {
  if (rule.robot_id) return *rule.robot_id == robot.id;
  return rule.project_id == robot.project_id && path_fits(rule.pattern_key, robot.path_key);
}

// The rule, and the living robots that can read its client by no other.
Result<Affected> readers_of(Snapshot& snapshot, const RobotAccessRow& rule) {
  STRONGROOM_TRY(auto others, storage::rules_of_client(snapshot, rule.oauth_client_id));
  std::erase_if(others, [&](const RobotAccessRow& other) { return other.id == rule.id; });
  Affected affected{.robot_access = 1};
  const auto count = [&](const RobotRow& robot) -> Status {
    const bool reads_otherwise = std::ranges::any_of(
        others, [&](const RobotAccessRow& other) { return fits(other, robot); });
    if (fits(rule, robot) && !reads_otherwise) ++affected.robots;
    return {};
  };
  if (rule.robot_id) {
    STRONGROOM_TRY(const auto robot, storage::find_robot(snapshot, *rule.robot_id));
    if (robot && !robot->stamps.deleted_at) STRONGROOM_CHECK(count(*robot));
    return affected;
  }
  STRONGROOM_CHECK(storage::for_each_robot(snapshot, count));
  return affected;
}

}  // namespace

Result<RobotAccess> RobotAccessRules::grant(const Actor& actor, const RobotAccessGrant& grant) {
  STRONGROOM_CHECK(actor.need(Permission::kGrantAccess));
  STRONGROOM_CHECK(need_writable_audit(context_));
  const WallTime now = context_.clock.now();
  RobotAccessRow row;
  row.id = crypto::make_uuid(now, context_.random);
  row.oauth_client_id = grant.oauth_client.uuid;
  row.created_at = now;
  STRONGROOM_CHECK(set_reader(grant, row));
  return storage::write<RobotAccess>(context_.store, [&](Transaction& tx) -> Result<RobotAccess> {
    std::string label;
    STRONGROOM_CHECK(set_project(context_.sealer, tx, actor, row, label));
    STRONGROOM_CHECK(check_is_new(tx, row));
    STRONGROOM_TRY(row.mac, mac_of(context_.sealer, row));
    STRONGROOM_CHECK(storage::insert_robot_access(tx, row));
    STRONGROOM_CHECK(put_on_commit(context_, tx, grant.oauth_client));
    STRONGROOM_CHECK(
        record(context_, tx, actor, change(Action::kRobotAccessGranted, row, std::move(label))));
    return to_access(context_, row);
  });
}

Result<RobotAccess> RobotAccessRules::get(const Actor& actor, RobotAccessId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  return storage::read<RobotAccess>(context_.store, [&](Snapshot& snapshot) -> Result<RobotAccess> {
    STRONGROOM_TRY(const auto row, storage::find_robot_access(snapshot, id.uuid));
    if (!row || row->hidden) return no_such_thing();
    STRONGROOM_CHECK(actor.need(Permission::kView, row->project_id));
    return to_access(context_, *row);
  });
}

Result<Page<RobotAccess>> RobotAccessRules::list(const Actor& actor, const ListQuery& query) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  storage::RobotAccessListRequest request;
  STRONGROOM_TRY(request.list, row_list_request(query));
  show_only_visible(actor, request.list);
  if (query.project) request.project_id = query.project->uuid;
  if (query.oauth_client) request.oauth_client_id = query.oauth_client->uuid;
  request.valid = query.valid;
  request.unused_since = query.unused_since;
  if (query.unused_since) STRONGROOM_CHECK(write_uses());
  using Answer = Page<RobotAccess>;
  return storage::read<Answer>(context_.store, [&](Snapshot& snapshot) -> Result<Answer> {
    if (query.robot) {
      STRONGROOM_TRY(const auto robot, storage::find_robot(snapshot, query.robot->uuid));
      if (!robot || robot->hidden || robot->stamps.deleted_at) return Answer{};
      if (!actor.need(Permission::kView, robot->project_id)) return Answer{};
      return list_for_robot(context_, snapshot, request, *robot);
    }
    STRONGROOM_TRY(const auto rows, storage::list_robot_access(snapshot, request));
    Answer page{.items = {}, .total = rows.total};
    for (const RobotAccessRow& row : rows.rows) page.items.push_back(to_access(context_, row));
    return page;
  });
}

Result<Affected> RobotAccessRules::affected(const Actor& actor, RobotAccessId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  return storage::read<Affected>(context_.store, [&](Snapshot& snapshot) -> Result<Affected> {
    STRONGROOM_TRY(const auto row, storage::find_robot_access(snapshot, id.uuid));
    if (!row) return no_such_thing();
    STRONGROOM_CHECK(actor.need(Permission::kView, row->project_id));
    return readers_of(snapshot, *row);
  });
}

// Also a rule of something that was deleted: it would be back with it.
Result<Affected> RobotAccessRules::revoke(const Actor& actor, RobotAccessId id) {
  STRONGROOM_CHECK(actor.need(Permission::kGrantAccess));
  return storage::write<Affected>(context_.store, [&](Transaction& tx) -> Result<Affected> {
    STRONGROOM_TRY(const auto row, storage::find_robot_access(tx, id.uuid));
    if (!row) return no_such_thing();
    STRONGROOM_CHECK(actor.need(Permission::kGrantAccess, row->project_id));
    STRONGROOM_TRY(const Affected affected, readers_of(tx, *row));
    STRONGROOM_TRY(const auto client, storage::find_oauth_client(tx, row->oauth_client_id));
    STRONGROOM_CHECK(storage::delete_robot_access(tx, id.uuid));
    STRONGROOM_CHECK(put_on_commit(context_, tx, OAuthClientId{row->oauth_client_id}));
    STRONGROOM_CHECK(
        record(context_, tx, actor,
               change(Action::kRobotAccessRevoked, *row, client ? client->label : "")));
    return affected;
  });
}

}  // namespace strongroom::vault
