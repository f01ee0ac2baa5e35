#include "vault/signed_rows.h"

#include <optional>

#include "vault/refresh_plan.h"
#include "vault/row_mac.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using storage::Snapshot;
using storage::Transaction;

template <class Row>
Status insert(Context& context, Transaction& tx, Row& row,
              Status (*write)(Transaction&, const Row&)) {
  STRONGROOM_TRY(row.mac, mac_of(context.sealer, row));
  return write(tx, row);
}

template <class Row>
Status update(Context& context, Transaction& tx, Row& row,
              Result<std::optional<Row>> (*find)(Snapshot&, const Uuid&),
              Status (*write)(Transaction&, const Row&)) {
  STRONGROOM_TRY(const std::optional<Row> stored, find(tx, row.id));
  if (!stored) return no_such_thing();
  if (Status believed = check_mac(context.sealer, *stored); believed) {
    STRONGROOM_TRY(row.mac, mac_of(context.sealer, row));
  } else if (row.stamps.deleted_at) {
    row.mac = stored->mac;
  } else {
    return believed;
  }
  return write(tx, row);
}

}  // namespace

Status insert_row(Context& context, Transaction& tx, storage::ProjectRow& row) {
  return insert(context, tx, row, storage::insert_project);
}
Status update_row(Context& context, Transaction& tx, storage::ProjectRow& row) {
  return update(context, tx, row, storage::find_project, storage::update_project);
}

Status insert_row(Context& context, Transaction& tx, storage::TargetSystemRow& row) {
  return insert(context, tx, row, storage::insert_target_system);
}
Status update_row(Context& context, Transaction& tx, storage::TargetSystemRow& row) {
  return update(context, tx, row, storage::find_target_system, storage::update_target_system);
}

Status insert_row(Context& context, Transaction& tx, storage::OAuthClientRow& row) {
  return insert(context, tx, row, storage::insert_oauth_client);
}
Status update_row(Context& context, Transaction& tx, storage::OAuthClientRow& row) {
  // It may be one of those that are renewed ahead by now.
  tx.on_commit([&context, at = row.stamps.updated_at] { ring(context, at); });
  return update(context, tx, row, storage::find_oauth_client, storage::update_oauth_client);
}

Status insert_row(Context& context, Transaction& tx, storage::RobotRow& row) {
  return insert(context, tx, row, storage::insert_robot);
}
Status update_row(Context& context, Transaction& tx, storage::RobotRow& row) {
  return update(context, tx, row, storage::find_robot, storage::update_robot);
}

}  // namespace strongroom::vault
