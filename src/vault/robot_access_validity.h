#pragma once
// Rules of robot access, and of access to secrets, that become invalid with changes, in projects
// that are set to strict.

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "storage/robot_access_rows.h"
#include "storage/secret_access_rows.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/secret_types.h"
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
Result<std::int64_t> invalidate_rules(Context& context, storage::Transaction& tx,
                                      const Actor& actor,
                                      const std::vector<storage::SecretAccessRow>& rules,
                                      InvalidReason reason);

// The same for all rules of both kinds that name a robot.
Result<std::int64_t> invalidate_rules_of_robot(Context& context, storage::Transaction& tx,
                                               const Actor& actor, const Uuid& robot,
                                               InvalidReason reason);

// The same for the rules of all clients and secrets of a target system that a person changed, and
// for inputs of Basic Engine Robots.
Status invalidate_rules_of_system(Context& context, storage::Transaction& tx, const Actor& actor,
                                  const Uuid& target_system);

// Whether an invalid rule for `robot_id` (nullopt: for a pattern) cannot be updated to the latest
// now: something else has to be repaired first, the robot put back, or what it lacks.
Result<bool> is_blocked(storage::Snapshot& snapshot, const std::optional<Uuid>& robot_id);

// Puts a client's or a secret's rules into the index as they are in `tx`.
Status put_rules_on_commit(Context& context, storage::Transaction& tx, OAuthClientId client);
Status put_rules_on_commit(Context& context, storage::Transaction& tx, SecretId secret);

}  // namespace strongroom::vault
