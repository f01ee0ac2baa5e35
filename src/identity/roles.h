#pragma once
// The roles that there are: the built-in ones, and those that people made.

#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "identity/context.h"
#include "identity/look_alikes.h"
#include "identity/role.h"
#include "storage/role_rows.h"

namespace strongroom::identity {

// What is not named stays as it is.
struct RoleFields {
  std::optional<std::string> name = {};
  std::optional<std::string> description = {};
  std::optional<Permissions> permissions = {};
};

// Safe to use from any thread; what changes something blocks. Errors, beside their own:
// kUnavailable (storage), "audit_unavailable"; kPermissionDenied without kManageRoles, or for a
// permission that the asker lacks.
class Roles {
 public:
  // Everything in `context` must outlive this. load() before anything else.
  explicit Roles(const Context& context) : context_(context) {}

  // Reads them. A row whose MAC does not fit is logged, and gives nobody anything. Blocks.
  Status load();

  std::optional<Role> find(RoleId id) const;
  // By name, in any case.
  std::optional<Role> find(std::string_view name) const;
  // The built-in ones first, then by name.
  std::vector<Role> all() const;

  // Errors: kInvalidArgument at /name, /description, /permissions; kConflict "duplicate" or
  // "look_alike" at /name.
  Result<Role> create(const Asker& asker, const RoleFields& fields);
  // Whoever has the role has it changed once this returned. Errors: as create(); kNotFound;
  // kPreconditionFailed; kConflict "built_in".
  Result<Role> update(const Asker& asker, RoleId id, std::int64_t expected,
                      const RoleFields& fields);
  // Errors: kNotFound; kConflict "built_in", or "in_use": a group has it.
  Status remove(const Asker& asker, RoleId id);

 private:
  Status set_fields(const RoleFields& fields, storage::RoleRow& row) const;
  Result<storage::RoleRow> changeable(storage::Transaction& tx, RoleId id) const;
  void put(const storage::RoleRow& row);

  Context context_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<RoleId, storage::RoleRow, UuidHash> roles_;
  LookAlikes look_alikes_;  // built-in ones included
};

}  // namespace strongroom::identity
