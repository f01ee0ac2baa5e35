#pragma once
// Who asks the vault for a change.

#include <string>

#include "audit/event.h"
#include "base/grants.h"
#include "base/result.h"
#include "base/uuid.h"

namespace strongroom::vault {

struct Actor {
  audit::ActorKind kind = audit::ActorKind::kUser;
  Uuid id{};
  Uuid key_id{};
  Grants grants = {};
  std::string request_id = {};
  std::string peer = {};

  // The permission somewhere: the first question, before anything is read, so that whoever has it
  // nowhere learns nothing. kPermissionDenied, with the missing permission's name as the parameter
  // "permission".
  Status need(Permission permission) const;
  // In this project; nil: everywhere, but what is of no project can be seen by whoever sees any.
  // kNotFound to whoever cannot see the project: to people too "not yours" is "not there".
  Status need(Permission permission, const Uuid& project) const;
  Status need_everywhere(Permission permission) const;
};

}  // namespace strongroom::vault
