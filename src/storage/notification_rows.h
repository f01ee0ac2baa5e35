#pragma once
// Rows of the tables notification_targets and notification_deliveries, and of what people were told
// already: whom events go to, and what was not taken yet.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/row_list.h"
#include "storage/store.h"

namespace strongroom::storage {

struct NotificationTargetRow {
  Uuid id;
  std::string name;
  std::string name_key;
  std::string url;
  std::string events;    // with spaces between them
  std::string projects;  // ids with spaces between them; empty: all
  std::string trusted_ca_pem;
  std::string allowed_addresses;  // with spaces between them
  bool enabled = true;
  std::int64_t secret_generation = 1;
  std::optional<WallTime> previous_secret_until;
  std::string mac;  // over all of the above: made and checked by notify
  std::string sealed_secret;
  std::string sealed_previous_secret;  // empty: there is none
  std::int64_t revision = 1;
  WallTime created_at{};
  WallTime updated_at{};
  std::optional<WallTime> delivered_at;
  std::optional<WallTime> failing_since;
};

Result<std::vector<NotificationTargetRow>> all_notification_targets(Snapshot& snapshot);
Result<std::optional<NotificationTargetRow>> find_notification_target(Snapshot& snapshot,
                                                                      const Uuid& id);
// kConflict: there is one of that name.
Status insert_notification_target(Transaction& tx, const NotificationTargetRow& row);
// But for delivered_at and failing_since. kConflict: there is one of that name.
Status update_notification_target(Transaction& tx, const NotificationTargetRow& row);
Status delete_notification_target(Transaction& tx, const Uuid& id);
// `taken`: it took something at `now`; otherwise it did not.
Status note_notification_target(Transaction& tx, const Uuid& id, bool taken, WallTime now);

struct NotificationDeliveryRow {
  Uuid id;
  std::optional<Uuid> target_id;  // nullopt: a mail
  std::string recipient;          // of a mail; empty for a webhook
  Uuid event_id;
  std::string event_type;
  std::string body;
  std::string mac;  // over all of the above: made and checked by notify
  std::int64_t tries = 0;
  std::string failure;  // of the last try; empty: there was none
  WallTime created_at{};
  std::optional<WallTime> first_tried_at;
  std::optional<WallTime> next_try_at;  // nullopt: a dead letter
};

Status insert_notification_delivery(Transaction& tx, const NotificationDeliveryRow& row);
Result<std::optional<NotificationDeliveryRow>> find_notification_delivery(Snapshot& snapshot,
                                                                          const Uuid& id);
// What is to be told to that target at `now`, the longest due first.
Result<std::vector<NotificationDeliveryRow>> due_deliveries_to(Snapshot& snapshot,
                                                               const Uuid& target, WallTime now,
                                                               std::int64_t limit);
// Whom mails are due for: they are given all that waits for them.
Result<std::vector<std::string>> due_mail_recipients(Snapshot& snapshot, WallTime now,
                                                     std::int64_t limit);
// What is due first, the oldest before the others; then what is not due yet. No dead letters.
Result<std::vector<NotificationDeliveryRow>> waiting_mails(Snapshot& snapshot,
                                                           std::string_view recipient, WallTime now,
                                                           std::int64_t limit);
// Writes tries, failure, first_tried_at and next_try_at. False: it is gone.
Result<bool> put_notification_try(Transaction& tx, const NotificationDeliveryRow& row);
Result<bool> delete_notification_delivery(Transaction& tx, const Uuid& id);
// Of before `edge`, dead or not.
Status delete_old_notifications(Transaction& tx, WallTime edge);
// Dead letters of a target, due at `now` and as if never tried. How many.
Result<std::int64_t> revive_notifications(Transaction& tx, const Uuid& target, WallTime now);

struct NotificationCounts {
  std::int64_t waiting = 0;
  std::int64_t dead = 0;
};
Result<NotificationCounts> count_notifications(Snapshot& snapshot);
Result<std::int64_t> count_waiting_mails(Snapshot& snapshot);
Result<NotificationCounts> count_notifications_of(Snapshot& snapshot, const Uuid& target);

struct NotificationDeliveryFilter {
  std::optional<Uuid> target = {};
  std::optional<bool> dead = {};  // nullopt: both
  std::int64_t offset = 0;
  std::int64_t limit = 50;
};
// The newest first.
Result<RowPage<NotificationDeliveryRow>> list_notification_deliveries(
    Snapshot& snapshot, const NotificationDeliveryFilter& filter);

// What people were told of a client that fails.
struct NotificationTroubleRow {
  Uuid oauth_client_id;
  std::int64_t failures = 0;
  std::string announced;  // the event; empty: none yet
};
Result<std::optional<NotificationTroubleRow>> find_notification_trouble(Snapshot& snapshot,
                                                                        const Uuid& client);
Status put_notification_trouble(Transaction& tx, const NotificationTroubleRow& row);
// Of all clients that there are troubles of.
Result<std::vector<Uuid>> troubled_clients(Snapshot& snapshot);
Status delete_notification_trouble(Transaction& tx, const Uuid& client);
Status delete_all_notification_troubles(Transaction& tx);

// Of which end people were warned last, and how many days ahead.
struct NotificationWarningRow {
  Uuid subject_id;  // a client or a target system
  WallTime ends_at{};
  std::int64_t days = 0;
};
Result<std::vector<NotificationWarningRow>> all_notification_warnings(Snapshot& snapshot);
Status put_notification_warning(Transaction& tx, const NotificationWarningRow& row);
Status delete_notification_warning(Transaction& tx, const Uuid& subject);

// Everything that people were told, and what waits: another server's, out of a backup.
Status forget_notifications(Transaction& tx);

}  // namespace strongroom::storage
