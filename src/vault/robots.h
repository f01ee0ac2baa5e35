#pragma once
// Robots and their keys.

#include <optional>
#include <string>
#include <vector>

#include "crypto/bearer_key.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/key_restrictions.h"
#include "vault/list.h"
#include "vault/projects.h"
#include "vault/robot_identity.h"
#include "vault/types.h"

namespace strongroom::vault {

struct RobotFields {  // nullopt: leave as it is (on update), or the default (on creation)
  std::optional<ProjectId> project;  // needed on creation; fixed afterwards
  std::optional<std::string> name;
  std::optional<std::string> path;
  std::optional<RobotKind> kind;
  std::optional<std::vector<std::string>> serves = {};  // only of a runner
};

// What a robot's tool says of it.
struct RobotReport {
  std::string revision;                           // of its program, as the tool names it
  std::vector<std::string> missing_dependencies;  // by name; empty: it has what it needs
};
struct ReportedRobot {
  Robot robot;
  std::int64_t invalidated = 0;  // rules that let it in no more
};
inline constexpr std::size_t kLongestRobotRevision = 256;  // bytes
inline constexpr std::size_t kMaxMissingDependencies = 32;

struct NewRobotKey {
  RobotKeyInfo info;
  crypto::BearerKey key;  // shown this once; only its hash is kept
};

// As Projects: worker threads only, same common errors.
class Robots {
 public:
  explicit Robots(Context& context) : context_(context) {}

  // A robot whose path falls under a robot-access pattern also needs kGrantAccess: being there is
  // having access. So does a runner: it has what those have that it runs. Errors: kInvalidArgument
  // at /name, /path or /serves; kConflict "duplicate" at /name.
  Result<Robot> create(const Actor& actor, const RobotFields& fields);
  Result<Robot> get(const Actor& actor, RobotId id);
  Result<Page<Robot>> list(const Actor& actor, const ListQuery& query);
  Result<Robot> update(const Actor& actor, RobotId id, Revision expected,
                       const RobotFields& fields);
  Result<Affected> affected(const Actor& actor, RobotId id);
  Result<Affected> remove(const Actor& actor, RobotId id, std::optional<Revision> expected = {});
  Result<Robot> restore(const Actor& actor, RobotId id);

  // Takes note of what its tool says. In a strict project another revision than the one before, or
  // a missing dependency, makes the rules that name the robot invalid. Needs kRunRobots or
  // kConfigure. Works while the audit trail cannot be written. Errors: kInvalidArgument at
  // /revision, /missing_dependencies.
  Result<ReportedRobot> report(const Actor& actor, RobotId id, const RobotReport& report);

  // Errors: kConflict "too_many_keys" while kMaxLiveRobotKeys are live.
  // kInvalidArgument from /restrictions on. Restrictions stay with the key: others need another
  // key.
  Result<NewRobotKey> create_key(const Actor& actor, RobotId robot,
                                 const KeyRestrictions& restrictions = {});
  Result<std::vector<RobotKeyInfo>> list_keys(const Actor& actor, RobotId robot);
  // Ways to be let in without a key. Errors: kInvalidArgument at the member of what is wrong;
  // kConflict "too_many_keys" while kMaxLiveRobotIdentities are live. It is revoked as keys are.
  Result<RobotIdentityInfo> create_identity(const Actor& actor, RobotId robot,
                                            RobotIdentity identity,
                                            const KeyRestrictions& restrictions = {});
  Result<std::vector<RobotIdentityInfo>> list_identities(const Actor& actor, RobotId robot);
  // After this returned no look-up with that key succeeds (invariant 7). Works while the audit
  // trail cannot be written.
  Status revoke_key(const Actor& actor, RobotId robot, RobotKeyId key);

  // Writes down when keys were shown last. To be called once a minute, and when the program stops.
  Status write_last_uses();

  // Destroys what was deleted more than seven days ago. Called by the job loop.
  Status purge();

 private:
  Context& context_;
};

}  // namespace strongroom::vault
