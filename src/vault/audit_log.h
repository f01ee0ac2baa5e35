#pragma once
// The audit trail, for people who read it, and of people who were refused.

#include "audit/trail.h"
#include "base/function.h"
#include "vault/actor.h"
#include "vault/context.h"

namespace strongroom::vault {

class AuditLog {
 public:
  explicit AuditLog(Context& context) : context_(context) {}

  // Worker threads only. Needs kReadAudit. Newest first, with everything that was answered before
  // this call. While the trail cannot be written, what is in it already can still be read.
  Result<audit::Trail::Page> list(const Actor& actor, const audit::Trail::Query& query);

  // Writes down that `actor` lacked the permission that `error` names (its parameter "permission"),
  // and then calls `then`: on the trail's thread, or on this one where the trail takes no more. If
  // it cannot be written, that is logged: the actor got nothing, so nothing has to be held back.
  // `subject`: what it was about; nil: unknown. Any thread; never blocks.
  void permission_denied(const Actor& actor, const Error& error, const Uuid& subject, Task then);

 private:
  Context& context_;
};

}  // namespace strongroom::vault
