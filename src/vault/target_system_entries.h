#pragma once
// What the look-up index has of a target system, made anew after a change.

#include <cstddef>

#include "base/result.h"
#include "storage/target_system_rows.h"
#include "vault/context.h"

namespace strongroom::vault {

// The entry of the target system, and whether its clients are held, as the commit leaves them.
// `secrets`: how many are stored. Errors: as of the store; kCorrupt.
Status put_on_commit(Context& context, storage::Transaction& tx,
                     const storage::TargetSystemRow& row, std::size_t secrets);

}  // namespace strongroom::vault
