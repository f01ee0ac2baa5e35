#pragma once
// Projects: the compartments. Each has a data key of its own.

#include <optional>
#include <string>

#include "vault/actor.h"
#include "vault/context.h"
#include "vault/list.h"
#include "vault/types.h"

namespace strongroom::vault {

struct ProjectFields {  // nullopt: leave as it is
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<bool> strict_robot_access = {};
};

// What deleting something would take along, for the person who is about to.
struct Affected {
  std::int64_t target_systems = 0;
  std::int64_t oauth_clients = 0;
  std::int64_t robots = 0;
  std::int64_t robot_access = 0;
  std::int64_t secrets = 0;
};

// Safe to use from any worker thread; never on an event loop. Errors of every method, beside its
// own: kPermissionDenied; kUnavailable (storage, or "audit_unavailable").
class Projects {
 public:
  explicit Projects(Context& context) : context_(context) {}

  // Errors: kInvalidArgument at /name; kConflict "duplicate" at /name, with "existing_id".
  Result<Project> create(const Actor& actor, const ProjectFields& fields);
  Result<Project> get(const Actor& actor, ProjectId id);
  Result<Page<Project>> list(const Actor& actor, const ListQuery& query);
  // `expected` is the revision that the caller saw. Errors: as create(); kNotFound;
  // kPreconditionFailed.
  Result<Project> update(const Actor& actor, ProjectId id, Revision expected,
                         const ProjectFields& fields);
  Result<Affected> affected(const Actor& actor, ProjectId id);
  // Stops every look-up in it before it answers. Can be undone for seven days.
  Result<Affected> remove(const Actor& actor, ProjectId id, std::optional<Revision> expected = {});
  // Errors: kNotFound; kConflict "duplicate" where the name was taken meanwhile.
  Result<Project> restore(const Actor& actor, ProjectId id);

  // Makes "Default project" if there is no project at all; called once at start-up.
  Status ensure_default();
  // Destroys what was deleted more than seven days ago, keys included. Called by the job loop.
  Status purge();

 private:
  Context& context_;
};

}  // namespace strongroom::vault
