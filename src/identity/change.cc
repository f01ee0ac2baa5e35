#include "identity/change.h"

#include <utility>

#include "base/permission_denied.h"
#include "base/unicode.h"
#include "crypto/uuid.h"
#include "identity/key_record.h"
#include "identity/role.h"
#include "storage/group_rows.h"

namespace strongroom::identity {
namespace {

// The first of the missing ones.
Status check_has(Permissions has, Permissions wanted) {
  const Permissions missing = wanted.without(has);
  for (const PermissionName& entry : kPermissionNames) {
    if (missing.has(entry.permission)) return permission_denied(entry.permission);
  }
  return {};
}

}  // namespace

Exclusive::Exclusive(const Context& context, const Asker& asker)
    : lock_(context.changes), asker_(asker) {
  if (asker.again) asker_.grants = asker.again().value_or(Grants());
}

Status need(const Asker& asker, Permission permission) {
  if (asker.grants.has(permission)) return {};
  return permission_denied(permission);
}

Status need(const Asker& asker, Permission permission, const Uuid& project) {
  if (asker.grants.has(permission, project)) return {};
  return permission_denied(permission);
}

Status need_all(const Asker& asker, const Grants& given) {
  STRONGROOM_CHECK(check_has(asker.grants.everywhere(), given.everywhere()));
  for (const auto& [project, permissions] : given.projects()) {
    STRONGROOM_CHECK(check_has(asker.grants.in(project), permissions));
  }
  return {};
}

Status need_somewhere(const Asker& asker, Permissions permissions) {
  return check_has(asker.grants.anywhere(), permissions);
}

Status need_writable_audit(const Context& context) {
  if (context.trail.writable()) return {};
  return Error{Code::kUnavailable,
               "The audit trail cannot be written, so nothing is changed.",
               {},
               "audit_unavailable"}
      .with("retry_after", std::int64_t{1});
}

audit::Event change_event(const Context& context, const Asker& asker, audit::Action action,
                          const Uuid& subject, std::string name) {
  const WallTime now = context.clock.now();
  audit::Event event{.id = crypto::make_uuid(now, context.random), .at = now, .action = action};
  event.actor_kind = asker.kind;
  event.actor_id = asker.user;
  event.key_id = asker.key;
  event.subject_id = subject;
  event.subject_name = std::move(name);
  event.request_id = asker.request_id;
  event.peer = asker.peer;
  return event;
}

Result<std::string> clean_text(const std::string& text, std::string_view field,
                               std::size_t max_characters) {
  if (text.empty()) return std::string();
  return clean_name(text, field, max_characters);
}

Status check_revision(std::int64_t revision, std::int64_t expected) {
  if (revision == expected) return {};
  return Error{Code::kPreconditionFailed, "Somebody else changed this since you read it."};
}

Result<bool> has_administrator(storage::Snapshot& snapshot) {
  return storage::has_administrator(snapshot, id_of(BuiltInRole::kAdministrator).uuid,
                                    own_permissions_text(Permissions::all()));
}

Status need_administrator_left(storage::Transaction& tx, const Asker& asker, bool had_one) {
  if (!had_one || asker.kind == audit::ActorKind::kServer) return {};
  STRONGROOM_TRY(const bool is_left, has_administrator(tx));
  if (is_left) return {};
  return Error{Code::kConflict,
               "Nobody would be left who may do everything and can sign in with a password.",
               {},
               "last_administrator"};
}

}  // namespace strongroom::identity
