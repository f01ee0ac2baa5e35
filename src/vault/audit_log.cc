#include "vault/audit_log.h"

#include <algorithm>
#include <utility>

#include "audit/export.h"
#include "crypto/uuid.h"
#include "vault/change_event.h"
#include "vault/token_fingerprint.h"

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

Result<AuditLog::Standing> AuditLog::standing(const Actor& actor) {
  STRONGROOM_CHECK(actor.need(Permission::kReadAudit));
  Standing standing;
  STRONGROOM_TRY(standing.trail, context_.trail.standing());
  if (standing.trail.last_checkpoint.empty()) return standing;
  STRONGROOM_TRY(const auto last, audit::read_checkpoint(standing.trail.last_checkpoint));
  standing.last_checkpoint_at = last.at;
  standing.last_checkpoint_sequence = last.head.sequence;
  return standing;
}

// That somebody asks is written down whatever comes of it.
Result<TokenTrace> AuditLog::trace(const Actor& actor, const oauth::AccessToken& token) {
  STRONGROOM_CHECK(actor.need_everywhere(Permission::kReadAudit));
  STRONGROOM_CHECK(need_writable_audit(context_));
  audit::Event asked =
      event_of(context_, actor, {.action = audit::Action::kTokenTraced, .subject = {}, .name = {}});
  STRONGROOM_TRY(asked.fingerprint, token_fingerprint(context_.sealer, token));
  STRONGROOM_CHECK(context_.store.write(
      [&](storage::Transaction& tx) { return context_.trail.record_change(tx, asked); }));
  if (const Status flushed = context_.trail.flush(); !flushed) return flushed.error();
  return trace_token(context_.trail, context_.store, context_.sealer, token);
}

// Without a filter with the checkpoints between its links, so that it can be verified.
Result<AuditLog::Part> AuditLog::read_part(const audit::Trail::Query& query,
                                           const audit::Trail::Standing& standing) {
  Part part;
  if (audit::narrows(query)) {
    STRONGROOM_TRY(audit::Trail::Page page, context_.trail.list(query));
    for (audit::Trail::Entry& entry : page.entries) part.links.push_back({std::move(entry), {}});
    part.more = page.more;
    return part;
  }
  const std::int64_t from = std::max(*query.after_sequence, standing.start);
  STRONGROOM_TRY(part.links, context_.trail.after(from, query.limit));
  part.more =
      part.links.size() == query.limit && part.links.back().entry.sequence < standing.last_sequence;
  return part;
}

Result<AuditLog::Export> AuditLog::take_out(const Actor& actor, const audit::Trail::Query& query,
                                            std::int64_t after, ExportFormat format) {
  STRONGROOM_CHECK(actor.need(Permission::kReadAudit));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_CHECK(context_.store.write([&](storage::Transaction& tx) {
    return record(context_, tx, actor,
                  {.action = audit::Action::kAuditExported, .subject = {}, .name = {}});
  }));
  if (Status flushed = context_.trail.flush(); !flushed) return flushed.error();
  STRONGROOM_TRY(const audit::Trail::Standing now, context_.trail.standing());
  audit::Trail::Query seen = query;
  seen.projects = actor.grants.projects_with(Permission::kReadAudit);
  const bool is_whole = !audit::narrows(seen);
  seen.after_sequence = after;
  STRONGROOM_TRY(const Part part, read_part(seen, now));
  const bool is_json = format == ExportFormat::kJson;
  Export taken;
  if (after == 0) {
    taken.text = is_json ? audit::export_head(now, &key_, is_whole) : audit::csv_head();
  }
  for (const audit::Trail::Link& link : part.links) {
    taken.text.append(is_json ? audit::export_line(link) : audit::csv_line(link.entry));
  }
  if (part.more) taken.next_after = part.links.back().entry.sequence;
  if (is_json && is_whole && !part.more && !part.links.empty()) {
    taken.text.append(audit::export_end(part.links.back().entry));
  }
  return taken;
}

Status AuditLog::expire(Milliseconds age) {
  const WallTime now = context_.clock.now();
  const audit::Event expired{.id = crypto::make_uuid(now, context_.random),
                             .at = now,
                             .action = audit::Action::kAuditExpired,
                             .reason = "retention"};
  STRONGROOM_TRY(const std::int64_t removed, context_.trail.expire(now - age, expired));
  if (removed > 0) context_.log.info("Old audit events were removed.", {{"events", removed}});
  return {};
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
