// The keys of Robots (vault/robots.h).

#include <algorithm>
#include <string_view>
#include <utility>

#include "crypto/bearer_key.h"
#include "crypto/uuid.h"
#include "storage/restore_rows.h"
#include "storage/robot_rows.h"
#include "vault/change_event.h"
#include "vault/index_entries.h"
#include "vault/reach.h"
#include "vault/robot_record.h"
#include "vault/robots.h"
#include "vault/row_mac.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using audit::Action;
using storage::RobotKeyRow;
using storage::RobotRow;
using storage::Transaction;

RobotKeyInfo to_info(const RobotKeyRow& row) {
  return {.id = RobotKeyId{row.id},
          .robot = RobotId{row.robot_id},
          .created_at = row.created_at,
          .revoked_at = row.revoked_at,
          .restrictions = row.restrictions.empty() ? "{}" : row.restrictions,
          .last_used_at = row.last_used_at,
          .last_used_from = row.last_used_from};
}

// What was not written down yet is newer.
RobotKeyInfo to_info(const LookupIndex& index, const RobotKeyRow& row) {
  RobotKeyInfo info = to_info(row);
  const auto uses = index.uses_of(info.id);
  if (!uses) return info;
  info.uses = uses->counted();
  if (auto last = uses->last()) {
    info.last_used_at = last->at;
    info.last_used_from = std::move(last->from);
  }
  return info;
}

Status check_room_for_one_more(storage::Snapshot& snapshot, RobotId robot) {
  STRONGROOM_TRY(const auto keys, storage::robot_keys_of(snapshot, robot.uuid));
  const auto live = std::ranges::count_if(
      keys, [](const RobotKeyRow& key) { return !key.revoked_at && key.identity.empty(); });
  if (live < static_cast<std::ptrdiff_t>(kMaxLiveRobotKeys)) return {};
  return Error{
      Code::kConflict, "This robot has two keys already; revoke one first.", {}, "too_many_keys"};
}

// The subject is the key; the name is the robot's, for people.
Change change(Action action, const RobotKeyRow& key, const RobotRow& robot) {
  return {action, key.id, robot.project_id, robot.name};
}

}  // namespace

Result<NewRobotKey> Robots::create_key(const Actor& actor, RobotId robot,
                                       const KeyRestrictions& restrictions) {
  STRONGROOM_CHECK(actor.need(Permission::kManageRobotKeys));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_TRY(auto terms, KeyTerms::make(restrictions));
  if (restrictions.empty()) terms = nullptr;
  crypto::BearerKey key = crypto::make_bearer_key(crypto::kRobotKeyPrefix, context_.random);
  const auto hash = crypto::bearer_key_hash(crypto::kRobotKeyPrefix, key.reveal());
  if (!hash) return Error{Code::kInternal, "A key could not be made."};
  const WallTime now = context_.clock.now();
  RobotKeyRow row{.id = crypto::make_uuid(now, context_.random),
                  .robot_id = robot.uuid,
                  .hash = {reinterpret_cast<const char*>(hash->data()), hash->size()},
                  .mac = {},
                  .created_at = now,
                  .revoked_at = {},
                  .restrictions = restrictions.empty() ? "" : to_json(restrictions)};
  STRONGROOM_TRY(row.mac, mac_of(context_.sealer, row));
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const RobotRow owner, allowed(actor, Permission::kManageRobotKeys,
                                                 living(storage::find_robot(tx, robot.uuid))));
    STRONGROOM_CHECK(check_room_for_one_more(tx, robot));
    STRONGROOM_CHECK(check_restricted_clients(tx, restrictions, owner));
    STRONGROOM_CHECK(storage::insert_robot_key(tx, row));
    tx.on_commit([this, hash = *hash, id = RobotKeyId{row.id}, robot, terms] {
      context_.index.put_robot_key(hash, id, robot, terms);
    });
    return record(context_, tx, actor, change(Action::kRobotKeyCreated, row, owner));
  });
  STRONGROOM_CHECK(written);
  return NewRobotKey{to_info(row), std::move(key)};
}

Result<std::vector<RobotKeyInfo>> Robots::list_keys(const Actor& actor, RobotId robot) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  using Answer = std::vector<RobotKeyInfo>;
  return storage::read<Answer>(context_.store, [&](storage::Snapshot& snapshot) -> Result<Answer> {
    STRONGROOM_CHECK(
        allowed(actor, Permission::kView, living(storage::find_robot(snapshot, robot.uuid))));
    STRONGROOM_TRY(const auto rows, storage::robot_keys_of(snapshot, robot.uuid));
    Answer keys;
    for (const RobotKeyRow& row : rows) {
      if (row.identity.empty()) keys.push_back(to_info(context_.index, row));
    }
    return keys;
  });
}

// Whether the robot lives does not matter: a key of a deleted robot would be back with it.
Status Robots::revoke_key(const Actor& actor, RobotId robot, RobotKeyId key) {
  STRONGROOM_CHECK(actor.need(Permission::kManageRobotKeys));
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto owner, storage::find_robot(tx, robot.uuid));
    STRONGROOM_TRY(auto row, storage::find_robot_key(tx, key.uuid));
    if (!owner || !row || row->robot_id != robot.uuid) return no_such_thing();
    STRONGROOM_CHECK(actor.need(Permission::kManageRobotKeys, owner->project_id));
    // One that a restore suspended is taken back for good: nothing lifts that.
    STRONGROOM_TRY(const bool was_suspended,
                   storage::delete_suspension_of(tx, "robot_key", key.uuid));
    if (row->revoked_at && !was_suspended) return {};
    row->revoked_at = context_.clock.now();
    STRONGROOM_TRY(row->mac, mac_of(context_.sealer, *row));
    STRONGROOM_CHECK(storage::revoke_robot_key(tx, *row));
    tx.on_commit([this, key] { context_.index.remove_robot_key(key); });
    return record(context_, tx, actor, change(Action::kRobotKeyRevoked, *row, *owner));
  });
}

Status Robots::write_last_uses() {
  const auto uses = context_.index.take_last_uses_to_write();
  if (uses.empty()) return {};
  Status written = context_.store.write([&](Transaction& tx) -> Status {
    for (const auto& [id, last] : uses) {
      STRONGROOM_CHECK(storage::note_robot_key_use(tx, id.uuid, last.at, last.from));
    }
    return {};
  });
  if (written) return written;
  for (const auto& [id, last] : uses) {
    if (const auto key = context_.index.uses_of(id)) key->give_last_back();
  }
  return written;
}

}  // namespace strongroom::vault
