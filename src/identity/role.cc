#include "identity/role.h"

#include <algorithm>

namespace strongroom::identity {
namespace {

using enum Permission;

constexpr Permissions kUses{kView, kRetrieve, kDisable};

Role built_in(BuiltInRole which, std::string name, std::string description,
              Permissions permissions) {
  return {.id = id_of(which),
          .name = std::move(name),
          .description = std::move(description),
          .permissions = permissions,
          .is_built_in = true};
}

std::array<Role, kBuiltInRoles> make_built_in() {
  using enum BuiltInRole;
  return {
      built_in(kAdministrator, "Administrator", "Everything, people and their rights included.",
               Permissions::all()),
      built_in(kProjectAdministrator, "Project administrator",
               "Runs a project: its settings, robots, access, audit, and its kill switch.",
               kUses.with({kConfigure, kManageProjects, kGrantAccess, kManageRobotKeys,
                           kApproveDestination, kReadAudit, kManageUsers, kKill})),
      built_in(kDeveloper, "Developer", "Configures and uses, and never gets a token.",
               kUses.with({kConfigure})),
      built_in(kOperator, "Operator", "Signs in for clients, retrieves again, disables, and kills.",
               kUses.with({kKill})),
      built_in(kViewer, "Viewer", "Sees, and changes nothing.", {kView}),
      built_in(kAuditor, "Auditor", "Sees, and reads the audit log.", {kView, kReadAudit}),
      built_in(kRunner, "Runner", "For runners alone: reports robots' revisions, starts robots.",
               {kRunRobots}),
  };
}

}  // namespace

RoleId id_of(BuiltInRole role) {
  // A UUID of version 8, whose bits say nothing (RFC 9562 section 5.8).
  Uuid id = *Uuid::parse("57706e67-726f-8000-8000-000000000000");
  id.bytes.back() = static_cast<std::byte>(static_cast<std::uint8_t>(role) + 1);
  return RoleId{id};
}

const std::array<Role, kBuiltInRoles>& built_in_roles() {
  static const std::array<Role, kBuiltInRoles> roles = make_built_in();
  return roles;
}

const Role* find_built_in(RoleId id) {
  const auto& roles = built_in_roles();
  const auto* const found = std::ranges::find(roles, id, &Role::id);
  return found == roles.end() ? nullptr : &*found;
}

}  // namespace strongroom::identity
