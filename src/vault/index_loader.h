#pragma once
// Fills the look-up index at start-up.

#include "base/result.h"
#include "vault/context.h"

namespace strongroom::vault {

// Reads everything that look-ups need into context.index, which is empty, and takes back the leases
// that a crash left behind: the data directory's lock says that no other process retrieves. A row
// whose MAC does not fit is logged and gives nobody anything.
Status load_index(Context& context);

}  // namespace strongroom::vault
