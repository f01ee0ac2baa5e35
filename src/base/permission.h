#pragma once
// What a person's key may allow. `identity` says which a caller has, `vault` says which are needed.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace strongroom {

enum class Permission : std::uint8_t {
  kView,                // see projects, target systems, OAuth clients, robots and access
  kConfigure,           // create, change, disable, delete and restore them
  kRetrieve,            // have an access token retrieved
  kGrantAccess,         // let robots read a client, and put robots where a rule lets them
  kManageRobotKeys,     // create and revoke robot keys
  kApproveDestination,  // approve where a target system's stored secrets may go (invariant 5)
  kReadAudit,
  kManageApiKeys,
};

struct PermissionName {
  Permission permission;
  std::string_view name;
};
inline constexpr std::array<PermissionName, 8> kPermissionNames{{
    {Permission::kView, "view"},
    {Permission::kConfigure, "configure"},
    {Permission::kRetrieve, "retrieve"},
    {Permission::kGrantAccess, "grant_access"},
    {Permission::kManageRobotKeys, "manage_robot_keys"},
    {Permission::kApproveDestination, "approve_destination"},
    {Permission::kReadAudit, "read_audit"},
    {Permission::kManageApiKeys, "manage_api_keys"},
}};

// A set of permissions. A plain value.
class Permissions {
 public:
  constexpr Permissions() = default;
  static constexpr Permissions all() {
    Permissions permissions;
    for (const PermissionName& entry : kPermissionNames) permissions.add(entry.permission);
    return permissions;
  }
  constexpr void add(Permission permission) { bits_ |= bit(permission); }
  constexpr bool has(Permission permission) const { return (bits_ & bit(permission)) != 0; }
  constexpr bool operator==(const Permissions&) const = default;

 private:
  static constexpr std::uint32_t bit(Permission permission) {
    return std::uint32_t{1} << static_cast<std::uint32_t>(permission);
  }
  std::uint32_t bits_ = 0;
};

constexpr std::optional<Permission> permission_from_name(std::string_view name) {
  for (const PermissionName& entry : kPermissionNames) {
    if (entry.name == name) return entry.permission;
  }
  return std::nullopt;
}

}  // namespace strongroom
