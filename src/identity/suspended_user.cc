#include "identity/suspended_user.h"

#include <utility>

#include "identity/change.h"
#include "identity/suspension_record.h"
#include "storage/restore_rows.h"
#include "storage/user_rows.h"

namespace strongroom::identity {

// Somebody who was disabled by a person since has another time of it.
Status end_suspension(const Context& context, Users& users, storage::Transaction& tx,
                      const Asker& asker, UserId id) {
  STRONGROOM_TRY(const auto suspension, storage::find_suspension_of(tx, "user", id.uuid));
  if (!suspension) return {};
  STRONGROOM_CHECK(check_suspension(context.sealer, *suspension));
  STRONGROOM_CHECK(storage::delete_suspension(tx, suspension->id));
  STRONGROOM_TRY(storage::UserRow row, users.row_of(tx, id));
  if (row.disabled_at != suspension->at) return {};
  row.disabled_at.reset();
  const std::string name = row.name;
  STRONGROOM_CHECK(users.update(tx, std::move(row)));
  return context.trail.record_change(
      tx, change_event(context, asker, audit::Action::kSuspensionLifted, id.uuid, name));
}

}  // namespace strongroom::identity
