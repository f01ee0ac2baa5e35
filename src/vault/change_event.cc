#include "vault/change_event.h"

#include <utility>

#include "crypto/uuid.h"

namespace strongroom::vault {

audit::Event event_of(Context& context, const Actor& actor, Change change) {
  const WallTime now = context.clock.now();
  return {.id = crypto::make_uuid(now, context.random),
          .at = now,
          .action = change.action,
          .outcome = change.outcome,
          .actor_kind = actor.kind,
          .actor_id = actor.id,
          .key_id = actor.key_id,
          .subject_id = change.subject,
          .project_id = change.project,
          .subject_name = std::move(change.name),
          .reason = change.reason,
          .request_id = actor.request_id,
          .peer = actor.peer,
          .fields = std::move(change.fields),
          .account = std::move(change.account)};
}

Status record(Context& context, storage::Transaction& tx, const Actor& actor, Change change) {
  return context.trail.record_change(tx, event_of(context, actor, std::move(change)));
}

}  // namespace strongroom::vault
