#pragma once
// Whether who asks may do that to a thing of this project. Each thing that is read for somebody
// goes through here.

#include <optional>
#include <utility>

#include "base/result.h"
#include "storage/oauth_client_rows.h"
#include "storage/project_rows.h"
#include "storage/robot_access_rows.h"
#include "storage/robot_rows.h"
#include "storage/target_system_rows.h"
#include "vault/actor.h"
#include "vault/stored.h"

namespace strongroom::vault {

// Nil: of all projects.
inline Uuid project_of(const storage::ProjectRow& row) { return row.id; }
inline Uuid project_of(const storage::OAuthClientRow& row) { return row.project_id; }
inline Uuid project_of(const storage::RobotRow& row) { return row.project_id; }
inline Uuid project_of(const storage::RobotAccessRow& row) { return row.project_id; }
inline Uuid project_of(const storage::TargetSystemRow& row) {
  return row.project_id.value_or(Uuid{});
}

// What was found, if `actor` has `permission` where it is. Errors: those of `found`; as
// Actor::need().
template <class Found>
Result<Found> allowed(const Actor& actor, Permission permission, Result<Found> found) {
  STRONGROOM_TRY(Found thing, std::move(found));
  if constexpr (requires { thing.row; }) {
    STRONGROOM_CHECK(actor.need(permission, project_of(thing.row)));
  } else {
    STRONGROOM_CHECK(actor.need(permission, project_of(thing)));
  }
  return thing;
}

// The same for a project that is named for something new: one that `actor` cannot see is not there.
// Errors: kInvalidArgument at /project, kPermissionDenied.
inline Status need_in_project(const Actor& actor, Permission permission, const Uuid& project) {
  Status may = actor.need(permission, project);
  if (!may && may.error().code == Code::kNotFound) return no_such_project();
  return may;
}

// The same for something that lives, where nothing else of it is wanted. Errors: as allowed();
// kNotFound; kUnavailable, kCorrupt (storage).
inline Status check_reach(storage::Snapshot& snapshot, const Actor& actor, Permission permission,
                          OAuthClientId id) {
  STRONGROOM_CHECK(
      allowed(actor, permission, living(storage::find_oauth_client(snapshot, id.uuid))));
  return {};
}
inline Status check_reach(storage::Snapshot& snapshot, const Actor& actor, Permission permission,
                          TargetSystemId id) {
  STRONGROOM_CHECK(
      allowed(actor, permission, living(storage::find_target_system(snapshot, id.uuid))));
  return {};
}
template <class IdType>
Status check_reach(storage::Store& store, const Actor& actor, Permission permission, IdType id) {
  return store.read(
      [&](storage::Snapshot& snapshot) { return check_reach(snapshot, actor, permission, id); });
}

// A list shows what `actor` sees.
inline void show_only_visible(const Actor& actor, storage::RowListRequest& request) {
  request.projects = actor.grants.projects_with(Permission::kView);
}

}  // namespace strongroom::vault
