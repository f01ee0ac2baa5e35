#pragma once
// A role: permissions under a name. Groups get roles, everywhere or in single projects.

#include <array>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/permission.h"
#include "identity/types.h"

namespace strongroom::identity {

struct Role {
  RoleId id;
  std::string name;
  std::string description;
  Permissions permissions;
  bool is_built_in = false;  // nobody changes or deletes it
  std::int64_t revision = 1;
  WallTime created_at{};
  WallTime updated_at{};
};

// Their ids are the same on every server.
enum class BuiltInRole : std::uint8_t {
  kAdministrator,  // everything; whoever may lock nobody out
  kProjectAdministrator,
  kDeveloper,  // configures and uses, and never gets a token
  kOperator,   // authorizes, retrieves, disables
  kViewer,
  kAuditor,
  kRunner,  // a service: for the API alone
};
inline constexpr std::size_t kBuiltInRoles = 7;

RoleId id_of(BuiltInRole role);
// In the order of their ids; made once.
const std::array<Role, kBuiltInRoles>& built_in_roles();
// nullptr: it is none of them.
const Role* find_built_in(RoleId id);

}  // namespace strongroom::identity
