#pragma once
// Robot access: which robots may read which OAuth client.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
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

// What a look-up of one robot for one client would come to now, as far as that is known without
// asking the provider for anything.
struct LookUpOutlook {
  bool allowed = false;             // it would be given the token that is there
  std::string_view reason;          // a literal, such as "no_access"; empty where it is allowed
  LiteralText message = "";         // the same for people
  std::optional<Seconds> left;      // of the token that is there; nullopt: none, or nobody knows
  std::vector<std::string> scopes;  // that were granted with it
};

// Which rules: those with the ids, or, where there are none, all that the query lists, page or not.
struct RuleSelection {
  std::vector<RobotAccessId> ids;
  ListQuery query;
};

// What a change of many rules came to, or would.
struct RuleChanges {
  std::int64_t changed = 0;
  std::int64_t blocked = 0;        // not updated: their robot is gone, or lacks something
  std::vector<RobotAccess> rules;  // of those that changed, as they were: the first kMaxShownRules
};
inline constexpr std::size_t kMaxShownRules = 100;

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
  // Makes invalid rules count again ("update to latest"); valid ones stay as they are. With
  // `dry_run` it only says what would change. Rules that `actor` may not change are not there.
  // Errors: kNotFound, an id.
  Result<RuleChanges> update_to_latest(const Actor& actor, const RuleSelection& selection,
                                       bool dry_run);
  // revoke(), for many.
  Result<RuleChanges> revoke_all(const Actor& actor, const RuleSelection& selection, bool dry_run);
  // Writes down when rules were used last. Called by the job loop.
  Status write_uses();
  // Asks what a look-up asks (vault/lookup.h), of the same index and in the same order, for a
  // person: opens no token, has none retrieved, and leaves nothing in the audit trail. Errors:
  // kNotFound, there is no such client; kInvalidArgument at /robot.
  Result<LookUpOutlook> test_look_up(const Actor& actor, OAuthClientId client, RobotId robot);

 private:
  Context& context_;
};

}  // namespace strongroom::vault
