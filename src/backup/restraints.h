#pragma once
// What holds back since a backup was made, and holds back in what is restored of it, too.

#include "backup/taking.h"

namespace strongroom::backup {

// Projects that became strict since are strict, and what a kill stopped since is stopped, as far as
// the backup has it: without a time to its revocation, because the tokens that are restored are not
// those that were revoked. What cannot be told apart is counted in a warning. Errors: kCorrupt, a
// project is not what was stored: it is not signed anew; as of the store.
Status take_restraints(Taking& taking, storage::Transaction& tx);

}  // namespace strongroom::backup
