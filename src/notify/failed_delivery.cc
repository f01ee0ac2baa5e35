#include "notify/failed_delivery.h"

#include "notify/delivery_schedule.h"
#include "storage/notification_rows.h"
#include "vault/change_event.h"

namespace strongroom::notify {

Status note_failure(vault::Context& context, storage::Transaction& tx, const Uuid& id, WallTime now,
                    const DeliveryFailure& failure, DeliveryCounters& counted) {
  counted.failed += 1;
  STRONGROOM_TRY(auto row, storage::find_notification_delivery(tx, id));
  if (!row) return {};
  row->tries += 1;
  row->failure = failure.what;
  if (!row->first_tried_at) row->first_tried_at = now;
  const bool is_final = !failure.final_reason.empty();
  row->next_try_at = is_final ? std::nullopt
                              : next_try({.first_tried_at = *row->first_tried_at,
                                          .now = now,
                                          .retry_after = failure.retry_after,
                                          .tries = static_cast<int>(row->tries)},
                                         failure.chance);
  STRONGROOM_TRY([[maybe_unused]] const bool is_there, storage::put_notification_try(tx, *row));
  if (row->next_try_at) return {};
  counted.given_up += 1;
  return vault::record(context, tx, vault::Actor{.kind = audit::ActorKind::kServer},
                       {.action = audit::Action::kNotificationGivenUp,
                        .subject = row->target_id.value_or(Uuid{}),
                        .name = row->event_type,
                        .outcome = audit::Outcome::kFailure,
                        .reason = is_final ? failure.final_reason : "too_long"});
}

}  // namespace strongroom::notify
