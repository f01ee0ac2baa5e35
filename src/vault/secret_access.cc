#include "vault/secret_access.h"

#include <algorithm>
#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "storage/robot_rows.h"
#include "vault/change_event.h"
#include "vault/path_pattern.h"
#include "vault/reach.h"
#include "vault/robot_access_validity.h"
#include "vault/row_mac.h"
#include "vault/secret_record.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using audit::Action;
using storage::RobotRow;
using storage::SecretAccessRow;
using storage::Snapshot;
using storage::Transaction;

Error refused(LiteralText message, std::string field) {
  return Error{Code::kInvalidArgument, message}.at(std::move(field));
}

SecretAccess to_access(SecretIndex& index, const SecretAccessRow& row) {
  SecretAccess access{.id = RobotAccessId{row.id},
                      .project = ProjectId{row.project_id},
                      .secret = SecretId{row.secret_id},
                      .robot = {},
                      .path_pattern = row.path_pattern,
                      .created_at = row.created_at,
                      .invalid_reason = row.invalid_reason,
                      .last_used_at = row.last_used_at};
  if (row.robot_id) access.robot = RobotId{*row.robot_id};
  if (const auto last = index.uses().last(access.id)) {
    access.last_used_at = std::max(access.last_used_at.value_or(*last), *last);
  }
  return access;
}

// The subject is the rule; the name is the secret's label, for people.
Change change(Action action, const SecretAccessRow& row, std::string label) {
  return {
      action, row.id, row.project_id, std::move(label), {row.robot_id ? "robot" : "path_pattern"}};
}

Status set_reader(const SecretAccessGrant& grant, SecretAccessRow& row) {
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

// A secret that `actor` cannot see is not there.
Status may_grant(const Actor& actor, const SecretAccessRow& row) {
  Status may = actor.need(Permission::kGrantAccess, row.project_id);
  if (!may && may.error().code == Code::kNotFound) {
    return refused("There is no such secret.", "/secret");
  }
  return may;
}

// Reads the secret into `label`, and the rule's project from it; its robot must be of that project.
// Neither may be forged: what the rule says of them is signed with it.
Status set_project(const crypto::Sealer& sealer, Snapshot& snapshot, const Actor& actor,
                   SecretAccessRow& row, std::string& label) {
  const auto secret = living(storage::find_secret(snapshot, row.secret_id));
  if (!secret) return refused("There is no such secret.", "/secret");
  STRONGROOM_CHECK(check_mac(sealer, *secret));
  row.project_id = secret->project_id;
  STRONGROOM_CHECK(may_grant(actor, row));
  label = secret->label;
  if (!row.robot_id) return {};
  const auto robot = living(storage::find_robot(snapshot, *row.robot_id));
  if (!robot || robot->project_id != row.project_id) {
    return refused("There is no such robot in the project of this secret.", "/robot");
  }
  return check_mac(sealer, *robot);
}

Status check_is_new(Snapshot& snapshot, const SecretAccessRow& row) {
  STRONGROOM_TRY(const auto existing, storage::find_same_secret_rule(snapshot, row));
  if (!existing) return {};
  return duplicate("There is this rule already.", *existing,
                   row.robot_id ? "/robot" : "/path_pattern");
}

// Those that name the robot, and those whose pattern fits.
Result<Page<SecretAccess>> list_for_robot(SecretIndex& index, Snapshot& snapshot,
                                          const storage::SecretAccessListRequest& request,
                                          const RobotRow& robot) {
  STRONGROOM_TRY(auto rows, storage::secret_rules_that_may_fit(snapshot, request, robot.id));
  std::erase_if(rows, [&](const SecretAccessRow& row) {
    return row.project_id != robot.project_id ||
           (!row.robot_id && !path_fits(row.pattern_key, robot.path_key));
  });
  Page<SecretAccess> page{.items = {}, .total = static_cast<std::int64_t>(rows.size())};
  const std::int64_t begin = std::min(request.list.offset, page.total);
  const std::int64_t end = begin + std::min(request.list.limit, page.total - begin);
  for (std::int64_t i = begin; i < end; ++i) {
    page.items.push_back(to_access(index, rows[static_cast<std::size_t>(i)]));
  }
  return page;
}

}  // namespace

Result<SecretAccess> SecretAccessRules::grant(const Actor& actor, const SecretAccessGrant& grant) {
  STRONGROOM_CHECK(actor.need(Permission::kGrantAccess));
  STRONGROOM_CHECK(need_writable_audit(context_));
  const WallTime now = context_.clock.now();
  SecretAccessRow row;
  row.id = crypto::make_uuid(now, context_.random);
  row.secret_id = grant.secret.uuid;
  row.created_at = now;
  STRONGROOM_CHECK(set_reader(grant, row));
  return storage::write<SecretAccess>(context_.store, [&](Transaction& tx) -> Result<SecretAccess> {
    std::string label;
    STRONGROOM_CHECK(set_project(context_.sealer, tx, actor, row, label));
    STRONGROOM_CHECK(check_is_new(tx, row));
    STRONGROOM_TRY(row.mac, mac_of(context_.sealer, row));
    STRONGROOM_CHECK(storage::insert_secret_access(tx, row));
    STRONGROOM_CHECK(put_rules_on_commit(context_, tx, grant.secret));
    STRONGROOM_CHECK(
        record(context_, tx, actor, change(Action::kSecretAccessGranted, row, std::move(label))));
    return to_access(index_, row);
  });
}

Result<SecretAccess> SecretAccessRules::get(const Actor& actor, RobotAccessId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  using Answer = SecretAccess;
  return storage::read<Answer>(context_.store, [&](Snapshot& snapshot) -> Result<Answer> {
    STRONGROOM_TRY(const auto row, storage::find_secret_access(snapshot, id.uuid));
    if (!row || row->hidden) return no_such_thing();
    STRONGROOM_CHECK(actor.need(Permission::kView, row->project_id));
    return to_access(index_, *row);
  });
}

Result<Page<SecretAccess>> SecretAccessRules::list(const Actor& actor,
                                                   const SecretAccessQuery& query) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  storage::SecretAccessListRequest request;
  STRONGROOM_TRY(request.list, row_list_request(query.list));
  show_only_visible(actor, request.list);
  if (query.list.project) request.project_id = query.list.project->uuid;
  if (query.secret) request.secret_id = query.secret->uuid;
  request.valid = query.list.valid;
  using Answer = Page<SecretAccess>;
  return storage::read<Answer>(context_.store, [&](Snapshot& snapshot) -> Result<Answer> {
    if (query.list.robot) {
      STRONGROOM_TRY(const auto robot, storage::find_robot(snapshot, query.list.robot->uuid));
      if (!robot || robot->hidden || robot->stamps.deleted_at) return Answer{};
      if (!actor.need(Permission::kView, robot->project_id)) return Answer{};
      return list_for_robot(index_, snapshot, request, *robot);
    }
    STRONGROOM_TRY(const auto rows, storage::list_secret_access(snapshot, request));
    Answer page{.items = {}, .total = rows.total};
    for (const SecretAccessRow& row : rows.rows) page.items.push_back(to_access(index_, row));
    return page;
  });
}

Result<Affected> SecretAccessRules::affected(const Actor& actor, RobotAccessId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  return storage::read<Affected>(context_.store, [&](Snapshot& snapshot) -> Result<Affected> {
    STRONGROOM_TRY(const auto row, storage::find_secret_access(snapshot, id.uuid));
    if (!row) return no_such_thing();
    STRONGROOM_CHECK(actor.need(Permission::kView, row->project_id));
    return Affected{.robot_access = 1};
  });
}

// Also a rule of something that was deleted: it would be back with it.
Result<Affected> SecretAccessRules::revoke(const Actor& actor, RobotAccessId id) {
  STRONGROOM_CHECK(actor.need(Permission::kGrantAccess));
  return storage::write<Affected>(context_.store, [&](Transaction& tx) -> Result<Affected> {
    STRONGROOM_TRY(const auto row, storage::find_secret_access(tx, id.uuid));
    if (!row) return no_such_thing();
    STRONGROOM_CHECK(actor.need(Permission::kGrantAccess, row->project_id));
    STRONGROOM_TRY(const auto secret, storage::find_secret(tx, row->secret_id));
    STRONGROOM_CHECK(storage::delete_secret_access(tx, id.uuid));
    STRONGROOM_CHECK(put_rules_on_commit(context_, tx, SecretId{row->secret_id}));
    STRONGROOM_CHECK(
        record(context_, tx, actor,
               change(Action::kSecretAccessRevoked, *row, secret ? secret->label : "")));
    return Affected{.robot_access = 1};
  });
}

Status SecretAccessRules::end_suspension_in(Transaction& tx, RobotAccessId id) {
  STRONGROOM_TRY(auto row, storage::find_secret_access(tx, id.uuid));
  if (!row) return {};
  STRONGROOM_CHECK(check_mac(context_.sealer, *row));
  row->invalid_reason.clear();
  STRONGROOM_TRY(row->mac, mac_of(context_.sealer, *row));
  STRONGROOM_CHECK(storage::update_secret_access_validity(tx, *row));
  return put_rules_on_commit(context_, tx, SecretId{row->secret_id});
}

Status SecretAccessRules::write_uses() {
  const AccessUses::Times times = index_.uses().take();
  if (times.empty()) return {};
  Status written = context_.store.write([&](Transaction& tx) -> Status {
    for (const auto& [rule, time] : times) {
      STRONGROOM_CHECK(storage::set_secret_access_use(tx, rule.uuid, time));
    }
    return {};
  });
  if (written) return written;
  for (const auto& [rule, time] : times) index_.uses().note(rule, time);
  return written;
}

}  // namespace strongroom::vault
