#include "base/permission_denied.h"

#include <algorithm>
#include <string>

namespace strongroom {

Error permission_denied(Permission missing) {
  const auto* const entry =
      std::ranges::find(kPermissionNames, missing, &PermissionName::permission);
  return Error{Code::kPermissionDenied, "The permission for that is missing."}.with(
      "permission", VisibleName{std::string(entry->name)});
}

}  // namespace strongroom
