#include "vault/actor.h"

namespace strongroom::vault {

Status Actor::need(Permission permission) const {
  if (permissions.has(permission)) return {};
  std::string name;
  for (const PermissionName& entry : kPermissionNames) {
    if (entry.permission == permission) name = entry.name;
  }
  return Error{Code::kPermissionDenied, "This key does not have the permission for that."}.with(
      "permission", VisibleName{std::move(name)});
}

}  // namespace strongroom::vault
