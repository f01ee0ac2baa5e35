#pragma once
// Rules of robot access, and of access to secrets, that a restore does not bring back.

#include "backup/taking.h"

namespace strongroom::backup {

// Those that were revoked since are removed; those that nothing confirms, or that were made invalid
// since, are suspended. Errors: kCorrupt, a row is not what was stored: it is not signed anew; as
// of the store.
Status take_rules(Taking& taking, storage::Transaction& tx);

}  // namespace strongroom::backup
