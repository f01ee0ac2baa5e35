#pragma once
// Who asks the vault for a change.

#include <string>

#include "audit/event.h"
#include "base/permission.h"
#include "base/result.h"
#include "base/uuid.h"

namespace strongroom::vault {

struct Actor {
  audit::ActorKind kind = audit::ActorKind::kUser;
  Uuid id{};
  Uuid key_id{};
  Permissions permissions = {};
  std::string request_id = {};
  std::string peer = {};

  // kPermissionDenied, with the missing permission's name as the parameter "permission".
  Status need(Permission permission) const;
};

}  // namespace strongroom::vault
