#pragma once
// A change of a target system together with something else that belongs into the same commit.

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "oauth/discovery.h"
#include "storage/store.h"
#include "storage/target_system_rows.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/target_systems.h"
#include "vault/types.h"

namespace strongroom::vault {

// Called in the transaction with the row as it was written; what it answers are further names of
// what was touched. Empty: nothing else is done, and what changes nothing is not written.
using AlsoCommitted = std::function<Result<std::vector<std::string>>(
    storage::Transaction& tx, const storage::TargetSystemRow& row)>;

// As TargetSystems::update(), for who asked about `actor` before: here nothing is. `discovery` as
// there. Errors: as there; those of `also`.
Result<TargetSystem> update_target_system(Context& context, oauth::Discovery* discovery,
                                          const Actor& actor, TargetSystemId id, Revision expected,
                                          const TargetSystemFields& fields,
                                          const AlsoCommitted& also);

}  // namespace strongroom::vault
