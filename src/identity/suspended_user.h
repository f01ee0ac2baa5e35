#pragma once
// Users whom a restore has suspended, because nothing newer than the backup confirmed them.

#include "base/result.h"
#include "identity/context.h"
#include "identity/types.h"
#include "identity/users.h"
#include "storage/store.h"

namespace strongroom::identity {

// The user counts again, if a restore has suspended them and nobody has disabled or enabled them
// since; others stay as they are. Errors: kNotFound; kCorrupt, the row of
// the user or of the suspension is not what was stored.
Status end_suspension(const Context& context, Users& users, storage::Transaction& tx,
                      const Asker& asker, UserId id);

}  // namespace strongroom::identity
