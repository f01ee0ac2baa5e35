// The identities of Robots (vault/robots.h): rows of the same table as its keys.

#include <algorithm>
#include <utility>

#include "crypto/digest.h"
#include "crypto/uuid.h"
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

RobotIdentityInfo to_info(const RobotKeyRow& row) {
  return {.id = RobotKeyId{row.id},
          .robot = RobotId{row.robot_id},
          .identity = row.identity,
          .restrictions = row.restrictions.empty() ? "{}" : row.restrictions,
          .created_at = row.created_at,
          .revoked_at = row.revoked_at,
          .last_used_at = row.last_used_at,
          .last_used_from = row.last_used_from};
}

// What was not written down yet is newer.
RobotIdentityInfo to_info(const LookupIndex& index, const RobotKeyRow& row) {
  RobotIdentityInfo info = to_info(row);
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
  STRONGROOM_TRY(const auto rows, storage::robot_keys_of(snapshot, robot.uuid));
  const auto live = std::ranges::count_if(
      rows, [](const RobotKeyRow& row) { return !row.revoked_at && !row.identity.empty(); });
  if (live < static_cast<std::ptrdiff_t>(kMaxLiveRobotIdentities)) return {};
  return Error{Code::kConflict,
               "This robot has ten identities already; revoke one first.",
               {},
               "too_many_keys"};
}

}  // namespace

Result<RobotIdentityInfo> Robots::create_identity(const Actor& actor, RobotId robot,
                                                  RobotIdentity identity,
                                                  const KeyRestrictions& restrictions) {
  STRONGROOM_CHECK(actor.need(Permission::kManageRobotKeys));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_CHECK(tidy(identity));
  STRONGROOM_CHECK(KeyTerms::make(restrictions));
  const WallTime now = context_.clock.now();
  RobotKeyRow row{.id = crypto::make_uuid(now, context_.random),
                  .robot_id = robot.uuid,
                  .hash = {},
                  .mac = {},
                  .created_at = now,
                  .revoked_at = {},
                  .restrictions = restrictions.empty() ? "" : to_json(restrictions)};
  row.identity = to_json(identity);
  // No key has this hash: all of them are longer than an id.
  const crypto::Sha256Digest hash = crypto::sha256(row.id.raw());
  row.hash.assign(reinterpret_cast<const char*>(hash.data()), hash.size());
  STRONGROOM_TRY(row.mac, mac_of(context_.sealer, row));
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const RobotRow owner, allowed(actor, Permission::kManageRobotKeys,
                                                 living(storage::find_robot(tx, robot.uuid))));
    STRONGROOM_CHECK(check_room_for_one_more(tx, robot));
    STRONGROOM_CHECK(check_restricted_clients(tx, restrictions, owner));
    STRONGROOM_CHECK(storage::insert_robot_key(tx, row));
    tx.on_commit([this, row] { (void)put_key(context_, row); });
    return record(context_, tx, actor,
                  {Action::kRobotKeyCreated, row.id, owner.project_id, owner.name, {"identity"}});
  });
  STRONGROOM_CHECK(written);
  return to_info(row);
}

Result<std::vector<RobotIdentityInfo>> Robots::list_identities(const Actor& actor, RobotId robot) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  using Answer = std::vector<RobotIdentityInfo>;
  return storage::read<Answer>(context_.store, [&](storage::Snapshot& snapshot) -> Result<Answer> {
    STRONGROOM_CHECK(
        allowed(actor, Permission::kView, living(storage::find_robot(snapshot, robot.uuid))));
    STRONGROOM_TRY(const auto rows, storage::robot_keys_of(snapshot, robot.uuid));
    Answer identities;
    for (const RobotKeyRow& row : rows) {
      if (!row.identity.empty()) identities.push_back(to_info(context_.index, row));
    }
    return identities;
  });
}

}  // namespace strongroom::vault
