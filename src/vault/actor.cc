#include "vault/actor.h"

#include "base/permission_denied.h"

namespace strongroom::vault {

Status Actor::need(Permission permission) const {
  if (permissions.has(permission)) return {};
  return permission_denied(permission);
}

}  // namespace strongroom::vault
