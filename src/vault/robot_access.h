#pragma once
// Robot access: which robots may read which OAuth client.

#include <optional>
#include <string>

#include "vault/actor.h"
#include "vault/context.h"
#include "vault/list.h"
#include "vault/projects.h"
#include "vault/types.h"

namespace strongroom::vault {

struct RobotAccessGrant {
  OAuthClientId oauth_client;
  std::optional<RobotId> robot;  // exactly one of these two
  std::optional<std::string> path_pattern;
};

// As Projects: worker threads only, same common errors. A rule and the client it is for belong to
// one project; a robot of another project can be named by no rule.
class RobotAccessRules {
 public:
  explicit RobotAccessRules(Context& context) : context_(context) {}

  // Errors: kInvalidArgument at /robot, /path_pattern, /oauth_client; kConflict "duplicate" with
  // "existing_id".
  Result<RobotAccess> grant(const Actor& actor, const RobotAccessGrant& grant);
  Result<RobotAccess> get(const Actor& actor, RobotAccessId id);
  // query.robot also lists the patterns that this robot's path fits.
  Result<Page<RobotAccess>> list(const Actor& actor, const ListQuery& query);
  // What revoke() would take: the rule, and the robots that can read the client by no other rule.
  Result<Affected> affected(const Actor& actor, RobotAccessId id);
  // After this returned no look-up succeeds by this rule (invariant 7). Works while the audit trail
  // cannot be written. The rule is gone; granting the same again is how to undo it.
  Result<Affected> revoke(const Actor& actor, RobotAccessId id);

 private:
  Context& context_;
};

}  // namespace strongroom::vault
