#pragma once
// Rules of robot access that become invalid with changes, in projects that are set to strict.

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "storage/robot_access_rows.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// Makes those of `rules` invalid that are valid and of a strict project, and answers how many.
// Rules that are not believed stay as they are: they let nobody in. Once it is committed, nobody
// comes in by them (invariant 7). Takes rights only, so it works without the audit trail. Errors:
// as of the store.
Result<std::int64_t> invalidate_rules(Context& context, storage::Transaction& tx,
                                      const Actor& actor,
                                      const std::vector<storage::RobotAccessRow>& rules,
                                      InvalidReason reason);

// The same for the rules of all clients of a target system that a person changed, and for inputs of
// Basic Engine Robots.
Status invalidate_rules_of_system(Context& context, storage::Transaction& tx, const Actor& actor,
                                  const Uuid& target_system);

// Puts a client's rules into the index as they are in `tx`.
Status put_rules_on_commit(Context& context, storage::Transaction& tx, OAuthClientId client);

}  // namespace strongroom::vault
