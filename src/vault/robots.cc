#include "vault/robots.h"

#include <algorithm>
#include <utility>

#include "crypto/uuid.h"
#include "storage/project_rows.h"
#include "storage/robot_rows.h"
#include "vault/change_event.h"
#include "vault/index_entries.h"
#include "vault/reach.h"
#include "vault/robot_access_validity.h"
#include "vault/robot_input_validity.h"
#include "vault/robot_record.h"
#include "vault/row_mac.h"
#include "vault/signed_rows.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using audit::Action;
using storage::RobotKeyRow;
using storage::RobotRow;
using storage::Snapshot;
using storage::Transaction;

Change change(Action action, const RobotRow& row, std::vector<std::string> fields = {}) {
  return {action, row.id, row.project_id, row.name, std::move(fields)};
}

std::vector<std::string> touched_fields(const RobotRow& before, const RobotRow& after) {
  std::vector<std::string> fields;
  if (before.name != after.name) fields.emplace_back("name");
  if (before.path != after.path) fields.emplace_back("path");
  if (before.kind != after.kind) fields.emplace_back("kind");
  if (before.serves != after.serves) fields.emplace_back("serves");
  return fields;
}

Status check_name_is_free(Snapshot& snapshot, const RobotRow& row) {
  STRONGROOM_TRY(
      const auto existing,
      storage::find_robot_named(snapshot, row.project_id, row.path_key, row.name_key, row.id));
  if (!existing) return {};
  return duplicate("There is a robot with this name at this path already.", *existing, "/name");
}

// Being where a rule lets robots in is having access: putting one there needs that right too.
Status check_may_be_there(Snapshot& snapshot, const Actor& actor, const RobotRow& row,
                          std::optional<std::string_view> before) {
  STRONGROOM_TRY(const bool gains, gains_access(snapshot, row.project_id, before, row.path_key));
  if (!gains) return {};
  return actor.need(Permission::kGrantAccess, row.project_id);
}

// A runner has the access of those that it runs.
Status check_may_run(const Actor& actor, const RobotRow& row, std::string_view served_before) {
  if (row.serves == "[]" || row.serves == served_before) return {};
  return actor.need(Permission::kGrantAccess, row.project_id);
}

// A robot at a path that a runner serves is read for by it: to move one there, with the rules that
// it has, is to grant the runner what they allow.
Status check_may_be_run(Snapshot& snapshot, const Actor& actor, const RobotRow& before,
                        const RobotRow& row) {
  const auto was = index_entry(before);
  const auto is = index_entry(row);
  if (was->path_key == is->path_key && was->is_runner == is->is_runner) return {};
  bool gains = false;
  STRONGROOM_CHECK(storage::for_each_robot(snapshot, [&](const RobotRow& other) -> Status {
    if (other.project_id != row.project_id || other.id == row.id) return {};
    const auto runner = index_entry(other);
    gains = gains || (runs(*runner, *is) && !runs(*runner, *was));
    return {};
  }));
  if (!gains) return {};
  return actor.need(Permission::kGrantAccess, row.project_id);
}

// What it could read when it was deleted comes back with it; what was ruled since is a new right.
Status check_may_come_back(Snapshot& snapshot, const Actor& actor, const RobotRow& row) {
  STRONGROOM_TRY(const bool gains, gained_access_since(snapshot, row.project_id, row.path_key,
                                                       *row.stamps.deleted_at));
  // Whom a runner runs may have changed since, and what they may read.
  if (!gains && row.serves == "[]") return {};
  return actor.need(Permission::kGrantAccess, row.project_id);
}

void put_on_commit(Context& context, Transaction& tx, const RobotRow& row) {
  tx.on_commit([&context, entry = index_entry(row)] { context.index.put_robot(entry->id, entry); });
}

// The keys of a robot that comes back; one whose MAC is wrong stays shut out.
Status put_keys_on_commit(Context& context, Transaction& tx, RobotId robot) {
  STRONGROOM_TRY(const auto keys, storage::robot_keys_of(tx, robot.uuid));
  STRONGROOM_TRY(const auto counted, context.trail.key_uses());
  for (const RobotKeyRow& key : keys) {
    if (key.revoked_at) continue;
    if (const Status sound = check_mac(context.sealer, key); !sound) {
      context.log.failed("a robot key is not believed", sound.error());
      continue;
    }
    const auto uses = std::ranges::find(counted, key.id, &audit::Trail::KeyUses::key);
    tx.on_commit([&context, key, before = uses == counted.end() ? 0 : uses->uses] {
      if (const Status put = put_key(context, key, before); !put) {
        context.log.failed("a robot key is not believed", put.error());
      }
    });
  }
  return {};
}

// What a Basic Engine Robot takes as input after it was changed into `row`.
Status follow_inputs(Context& context, Transaction& tx, const Actor& actor, const RobotRow& row) {
  if (row.kind != to_text(RobotKind::kBasicEngine)) {
    return end_inputs_of_robot(context, tx, actor, row.id);
  }
  return invalidate_inputs_of_robot(context, tx, actor, row.id, InvalidReason::kRobotChanged);
}

Result<Affected> count_affected(Snapshot& snapshot, RobotId id) {
  STRONGROOM_TRY(const std::int64_t rules, storage::count_rules_of_robot(snapshot, id.uuid));
  return Affected{.robots = 1, .robot_access = rules};
}

}  // namespace

Result<Robot> Robots::create(const Actor& actor, const RobotFields& fields) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  if (!fields.project) return Error{Code::kInvalidArgument, "This is needed."}.at("/project");
  const WallTime now = context_.clock.now();
  RobotRow row;
  row.id = crypto::make_uuid(now, context_.random);
  row.project_id = fields.project->uuid;
  row.stamps = new_stamps(now);
  RobotFields given = fields;
  given.name = fields.name.value_or("");
  given.kind = fields.kind.value_or(RobotKind::kRobot);
  STRONGROOM_CHECK(set_fields(given, row));
  return storage::write<Robot>(context_.store, [&](Transaction& tx) -> Result<Robot> {
    if (!living(storage::find_project(tx, row.project_id))) return no_such_project();
    STRONGROOM_CHECK(need_in_project(actor, Permission::kConfigure, row.project_id));
    STRONGROOM_CHECK(check_name_is_free(tx, row));
    STRONGROOM_CHECK(check_may_be_there(tx, actor, row, std::nullopt));
    STRONGROOM_CHECK(check_may_run(actor, row, "[]"));
    STRONGROOM_CHECK(insert_row(context_, tx, row));
    put_on_commit(context_, tx, row);
    STRONGROOM_CHECK(
        record(context_, tx, actor, change(Action::kRobotCreated, row, touched_fields({}, row))));
    return to_robot(row);
  });
}

Result<Robot> Robots::get(const Actor& actor, RobotId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  return storage::read<Robot>(context_.store, [&](Snapshot& snapshot) -> Result<Robot> {
    STRONGROOM_TRY(const RobotRow row, allowed(actor, Permission::kView,
                                               living(storage::find_robot(snapshot, id.uuid))));
    return to_robot(row);
  });
}

Result<Page<Robot>> Robots::list(const Actor& actor, const ListQuery& query) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  storage::RobotListRequest request;
  STRONGROOM_TRY(request.list, row_list_request(query));
  show_only_visible(actor, request.list);
  if (query.project) request.project_id = query.project->uuid;
  STRONGROOM_TRY(const auto rows,
                 storage::read<storage::RowPage<RobotRow>>(context_.store, [&](Snapshot& snapshot) {
                   return storage::list_robots(snapshot, request);
                 }));
  Page<Robot> page{.items = {}, .total = rows.total};
  for (const RobotRow& row : rows.rows) {
    STRONGROOM_TRY(Robot robot, to_robot(row));
    page.items.push_back(std::move(robot));
  }
  return page;
}

Result<Robot> Robots::update(const Actor& actor, RobotId id, Revision expected,
                             const RobotFields& fields) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  return storage::write<Robot>(context_.store, [&](Transaction& tx) -> Result<Robot> {
    STRONGROOM_TRY(const RobotRow before, allowed(actor, Permission::kConfigure,
                                                  living(storage::find_robot(tx, id.uuid))));
    STRONGROOM_CHECK(check_revision(before.stamps, expected));
    if (fields.project && fields.project->uuid != before.project_id) {
      return Error{Code::kInvalidArgument, "A robot stays in its project."}.at("/project");
    }
    RobotRow row = before;
    STRONGROOM_CHECK(set_fields(fields, row));
    auto touched = touched_fields(before, row);
    if (touched.empty()) return to_robot(before);
    STRONGROOM_CHECK(check_name_is_free(tx, row));
    STRONGROOM_CHECK(check_may_be_there(tx, actor, row, before.path_key));
    STRONGROOM_CHECK(check_may_run(actor, row, before.serves));
    STRONGROOM_CHECK(check_may_be_run(tx, actor, before, row));
    STRONGROOM_CHECK(
        invalidate_rules_of_robot(context_, tx, actor, id.uuid, InvalidReason::kRobotChanged));
    STRONGROOM_CHECK(follow_inputs(context_, tx, actor, row));
    touch(row.stamps, context_.clock.now());
    STRONGROOM_CHECK(update_row(context_, tx, row));
    put_on_commit(context_, tx, row);
    STRONGROOM_CHECK(
        record(context_, tx, actor, change(Action::kRobotUpdated, row, std::move(touched))));
    return to_robot(row);
  });
}

Result<Affected> Robots::affected(const Actor& actor, RobotId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  return storage::read<Affected>(context_.store, [&](Snapshot& snapshot) -> Result<Affected> {
    STRONGROOM_CHECK(
        allowed(actor, Permission::kView, living(storage::find_robot(snapshot, id.uuid))));
    return count_affected(snapshot, id);
  });
}

Result<Affected> Robots::remove(const Actor& actor, RobotId id, std::optional<Revision> expected) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  return storage::write<Affected>(context_.store, [&](Transaction& tx) -> Result<Affected> {
    STRONGROOM_TRY(RobotRow row, allowed(actor, Permission::kConfigure,
                                         living(storage::find_robot(tx, id.uuid))));
    if (expected) STRONGROOM_CHECK(check_revision(row.stamps, *expected));
    STRONGROOM_TRY(const Affected affected, count_affected(tx, id));
    // They would be back with it.
    STRONGROOM_CHECK(
        invalidate_rules_of_robot(context_, tx, actor, id.uuid, InvalidReason::kRobotGone));
    STRONGROOM_CHECK(
        invalidate_inputs_of_robot(context_, tx, actor, id.uuid, InvalidReason::kRobotGone));
    touch(row.stamps, context_.clock.now());
    row.stamps.deleted_at = row.stamps.updated_at;
    STRONGROOM_CHECK(update_row(context_, tx, row));
    tx.on_commit([this, id] { context_.index.put_robot(id, nullptr); });
    STRONGROOM_CHECK(record(context_, tx, actor, change(Action::kRobotDeleted, row)));
    return affected;
  });
}

Result<Robot> Robots::restore(const Actor& actor, RobotId id) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  return storage::write<Robot>(context_.store, [&](Transaction& tx) -> Result<Robot> {
    const WallTime now = context_.clock.now();
    STRONGROOM_TRY(RobotRow row, allowed(actor, Permission::kConfigure,
                                         restorable(storage::find_robot(tx, id.uuid), now)));
    if (!row.stamps.deleted_at) return to_robot(row);
    STRONGROOM_CHECK(check_name_is_free(tx, row));
    STRONGROOM_CHECK(check_may_come_back(tx, actor, row));
    touch(row.stamps, now);
    row.stamps.deleted_at.reset();
    STRONGROOM_CHECK(update_row(context_, tx, row));
    put_on_commit(context_, tx, row);
    STRONGROOM_CHECK(put_keys_on_commit(context_, tx, id));
    STRONGROOM_CHECK(record(context_, tx, actor, change(Action::kRobotRestored, row)));
    return to_robot(row);
  });
}

Status Robots::purge() {
  const WallTime due = context_.clock.now() - kUndoWindow;
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto ids, storage::robots_deleted_until(tx, due));
    for (const Uuid& id : ids) {
      STRONGROOM_CHECK(storage::destroy_robot(tx, id));
      tx.on_commit([this, id] {
        context_.index.put_robot(RobotId{id}, nullptr);
        context_.index.put_inputs(RobotId{id}, nullptr);
        context_.log.info("a deleted robot was destroyed", {{"robot", id}});
      });
    }
    return {};
  });
}

}  // namespace strongroom::vault
