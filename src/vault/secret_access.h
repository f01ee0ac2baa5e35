#pragma once
// Robot access to secrets: which robots may read which. Its own rules, with what is the same of
// those of OAuth clients (vault/robot_access.h), what becomes of them in strict projects included.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vault/actor.h"
#include "vault/context.h"
#include "vault/list.h"
#include "vault/projects.h"
#include "vault/secret_index.h"
#include "vault/secret_types.h"

namespace strongroom::vault {

struct SecretAccessGrant {
  SecretId secret;
  std::optional<RobotId> robot;  // exactly one of these two
  std::optional<std::string> path_pattern;
};

struct SecretAccessQuery {
  ListQuery list;  // its project, robot and `valid` count; the filter is compared with labels
  std::optional<SecretId> secret = {};
};

// Which rules: those with the ids, or, where there are none, all that the query lists, page or not.
struct SecretRuleSelection {
  std::vector<RobotAccessId> ids;
  SecretAccessQuery query;
};

// As RuleChanges.
struct SecretRuleChanges {
  std::int64_t changed = 0;
  std::int64_t blocked = 0;
  std::vector<SecretAccess> rules;  // of those that changed, as they were: the first kMaxShownRules
};

// As Projects: worker threads only, same common errors. A rule and the secret it is for belong to
// one project.
class SecretAccessRules {
 public:
  // Both must outlive it.
  SecretAccessRules(Context& context, SecretIndex& index) : context_(context), index_(index) {}

  // Errors: kInvalidArgument at /robot, /path_pattern, /secret; kConflict "duplicate" with
  // "existing_id".
  Result<SecretAccess> grant(const Actor& actor, const SecretAccessGrant& grant);
  Result<SecretAccess> get(const Actor& actor, RobotAccessId id);
  // The robot also lists the patterns that its path fits.
  Result<Page<SecretAccess>> list(const Actor& actor, const SecretAccessQuery& query);
  // What revoke() would take: the rule.
  Result<Affected> affected(const Actor& actor, RobotAccessId id);
  // After this returned no look-up succeeds by this rule (invariant 7). Works while the audit trail
  // cannot be written. The rule is gone; granting the same again is how to undo it.
  Result<Affected> revoke(const Actor& actor, RobotAccessId id);
  // Makes invalid rules count again, as RobotAccessRules::update_to_latest() does, with its errors.
  Result<SecretRuleChanges> update_to_latest(const Actor& actor,
                                             const SecretRuleSelection& selection, bool dry_run);
  // Lets a rule that a restore suspended count again, as a part of what somebody else writes, who
  // has checked the permission and the trail. Nothing happens where it is gone. Errors: kCorrupt.
  Status end_suspension_in(storage::Transaction& tx, RobotAccessId id);
  // Writes down when rules were used last. Called by the job loop.
  Status write_uses();

 private:
  Context& context_;
  SecretIndex& index_;
};

}  // namespace strongroom::vault
