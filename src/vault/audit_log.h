#pragma once
// The audit trail, for people who read it.

#include "audit/trail.h"
#include "vault/actor.h"
#include "vault/context.h"

namespace strongroom::vault {

// Worker threads only. Needs kReadAudit.
class AuditLog {
 public:
  explicit AuditLog(Context& context) : context_(context) {}

  // Newest first, with everything that was answered before this call. While the trail cannot be
  // written, what is in it already can still be read.
  Result<audit::Trail::Page> list(const Actor& actor, const audit::Trail::Query& query);

 private:
  Context& context_;
};

}  // namespace strongroom::vault
