#pragma once
// What a person's key may allow. `identity` says which a caller has, `vault` says which are needed.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace strongroom {

enum class Permission : std::uint8_t {
  kView,                // see projects, target systems, OAuth clients, robots and access
  kConfigure,           // create, change, delete and restore them
  kManageProjects,      // a project's name and settings; everywhere: create and delete them too
  kDisable,             // disable and enable OAuth clients
  kRetrieve,            // have people sign in for a client, and an access token retrieved
  kGrantAccess,         // let robots read a client, and put robots where a rule lets them
  kManageRobotKeys,     // create and revoke robot keys
  kApproveDestination,  // approve where a target system's stored secrets may go (invariant 5)
  kReadAudit,
  kManageApiKeys,  // of other people; everybody has their own
  kManageUsers,    // users and groups, who is in which, and which roles a group has
  kManageRoles,    // what a role allows
  kExtract,        // get an access token as a person
  kKill,           // stop everything that comes of a robot, client, target system or provider
  kLiftKill,
  kExport,
  kRunRobots,     // report robots' revisions, and start Basic Engine Robots: for runners
  kManageServer,  // its backups, keys, audit trail and switches
};

struct PermissionName {
  Permission permission;
  std::string_view name;
};
inline constexpr std::array<PermissionName, 18> kPermissionNames{{
    {Permission::kView, "view"},
    {Permission::kConfigure, "configure"},
    {Permission::kManageProjects, "manage_projects"},
    {Permission::kDisable, "disable"},
    {Permission::kRetrieve, "retrieve"},
    {Permission::kGrantAccess, "grant_access"},
    {Permission::kManageRobotKeys, "manage_robot_keys"},
    {Permission::kApproveDestination, "approve_destination"},
    {Permission::kReadAudit, "read_audit"},
    {Permission::kManageApiKeys, "manage_api_keys"},
    {Permission::kManageUsers, "manage_users"},
    {Permission::kManageRoles, "manage_roles"},
    {Permission::kExtract, "extract"},
    {Permission::kKill, "kill"},
    {Permission::kLiftKill, "lift_kill"},
    {Permission::kExport, "export"},
    {Permission::kRunRobots, "run_robots"},
    {Permission::kManageServer, "manage_server"},
}};

// A set of permissions. A plain value.
class Permissions {
 public:
  constexpr Permissions() = default;
  constexpr Permissions(std::initializer_list<Permission> permissions) {
    for (const Permission permission : permissions) add(permission);
  }
  static constexpr Permissions all() {
    Permissions permissions;
    for (const PermissionName& entry : kPermissionNames) permissions.add(entry.permission);
    return permissions;
  }
  constexpr void add(Permission permission) { bits_ |= bit(permission); }
  constexpr bool has(Permission permission) const { return (bits_ & bit(permission)) != 0; }
  constexpr bool has_all(Permissions others) const { return (others.bits_ & ~bits_) == 0; }
  constexpr bool is_empty() const { return bits_ == 0; }
  // Those of either, and those of both.
  constexpr Permissions with(Permissions others) const { return Permissions(bits_ | others.bits_); }
  constexpr Permissions common(Permissions others) const {
    return Permissions(bits_ & others.bits_);
  }
  // Those that `others` lack.
  constexpr Permissions without(Permissions others) const {
    return Permissions(bits_ & ~others.bits_);
  }
  constexpr bool operator==(const Permissions&) const = default;

 private:
  explicit constexpr Permissions(std::uint32_t bits) : bits_(bits) {}
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
