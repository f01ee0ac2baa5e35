#pragma once
// What people have by groups and by accounts elsewhere, taken out of a restored state.

#include "backup/newer_trail.h"
#include "backup/report.h"
#include "base/result.h"
#include "storage/store.h"

namespace strongroom::backup {

// Memberships, roles of groups, groups, linked accounts and providers of single sign-on that
// `newer` says are gone. Whoever has others by them was confirmed as a user, or is suspended.
// Errors: as of the store.
Status take_group_rights(storage::Transaction& tx, const Newer& newer, RestoreReport& report);

}  // namespace strongroom::backup
