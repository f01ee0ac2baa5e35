#include "vault/audit_log.h"

namespace strongroom::vault {

Result<audit::Trail::Page> AuditLog::list(const Actor& actor, const audit::Trail::Query& query) {
  STRONGROOM_CHECK(actor.need(Permission::kReadAudit));
  if (const Status flushed = context_.trail.flush(); !flushed) {
    context_.log.failed("the audit trail is read without its latest events", flushed.error());
  }
  return context_.trail.list(query);
}

}  // namespace strongroom::vault
