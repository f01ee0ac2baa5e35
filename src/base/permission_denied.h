#pragma once
// What a key that may not is told.

#include "base/permission.h"
#include "base/result.h"

namespace strongroom {

// kPermissionDenied, with the missing permission's name as the parameter "permission".
Error permission_denied(Permission missing);

}  // namespace strongroom
