#include "vault/actor.h"

#include "base/permission_denied.h"
#include "vault/stored.h"

namespace strongroom::vault {

Status Actor::need(Permission permission) const {
  if (grants.has_anywhere(permission)) return {};
  return permission_denied(permission);
}

Status Actor::need(Permission permission, const Uuid& project) const {
  if (grants.has(permission, project)) return {};
  const bool sees = project.is_nil() ? grants.has_anywhere(Permission::kView)
                                     : grants.has(Permission::kView, project);
  if (sees && permission == Permission::kView) return {};
  return sees ? permission_denied(permission) : no_such_thing();
}

Status Actor::need_everywhere(Permission permission) const {
  if (grants.has(permission)) return {};
  return permission_denied(permission);
}

}  // namespace strongroom::vault
