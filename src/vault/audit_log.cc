#include "vault/audit_log.h"

#include <algorithm>
#include <utility>

#include "crypto/uuid.h"

namespace strongroom::vault {
namespace {

// The literal name of the permission that is missing.
std::string_view missing_permission(const Error& error) {
  const ErrorValue* const value = error.find("permission");
  const auto* const named = value == nullptr ? nullptr : std::get_if<VisibleName>(value);
  if (named == nullptr) return {};
  const auto* const entry =
      std::ranges::find(kPermissionNames, std::string_view(named->text), &PermissionName::name);
  return entry == std::end(kPermissionNames) ? std::string_view() : entry->name;
}

}  // namespace

Result<audit::Trail::Page> AuditLog::list(const Actor& actor, const audit::Trail::Query& query) {
  STRONGROOM_CHECK(actor.need(Permission::kReadAudit));
  if (const Status flushed = context_.trail.flush(); !flushed) {
    context_.log.failed("the audit trail is read without its latest events", flushed.error());
  }
  audit::Trail::Query seen = query;
  seen.projects = actor.grants.projects_with(Permission::kReadAudit);
  return context_.trail.list(seen);
}

void AuditLog::permission_denied(const Actor& actor, const Error& error, const Uuid& subject,
                                 Task then) {
  const WallTime now = context_.clock.now();
  const audit::Event event{.id = crypto::make_uuid(now, context_.random),
                           .at = now,
                           .action = audit::Action::kPermissionDenied,
                           .outcome = audit::Outcome::kDenied,
                           .actor_kind = actor.kind,
                           .actor_id = actor.id,
                           .key_id = actor.key_id,
                           .subject_id = subject,
                           .reason = missing_permission(error),
                           .request_id = actor.request_id,
                           .peer = actor.peer};
  context_.trail.append(event, [this, then = std::move(then)](const Status& durable) mutable {
    if (!durable) context_.log.failed("A denial could not be audited.", durable.error());
    then();
  });
}

}  // namespace strongroom::vault
