#include "vault/context.h"

namespace strongroom::vault {

Status need_writable_audit(const Context& context) {
  if (context.trail.writable()) return {};
  return Error{Code::kUnavailable,
               "The audit trail cannot be written, so nothing that gives a right is changed.",
               {},
               "audit_unavailable"};
}

}  // namespace strongroom::vault
