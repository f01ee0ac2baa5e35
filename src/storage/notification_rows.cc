#include "storage/notification_rows.h"

#include "storage/fetch.h"
#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

constexpr std::string_view kTargets =
    "SELECT id, name, name_key, url, events, projects, trusted_ca_pem, allowed_addresses, enabled, "
    "secret_generation, previous_secret_until, mac, sealed_secret, sealed_previous_secret, "
    "revision, created_at, updated_at, delivered_at, failing_since FROM notification_targets ";
constexpr std::string_view kDeliveries =
    "SELECT d.id, d.target_id, d.recipient, d.event_id, d.event_type, d.body, d.mac, d.tries, "
    "d.failure, "
    "d.created_at, d.first_tried_at, d.next_try_at FROM notification_deliveries d ";

std::string with(std::string_view columns, std::string_view rest) {
  return std::string(columns).append(rest);
}

NotificationTargetRow read_target(Rows& rows) {
  return {.id = rows.uuid(0),
          .name = std::string(rows.text(1)),
          .name_key = std::string(rows.text(2)),
          .url = std::string(rows.text(3)),
          .events = std::string(rows.text(4)),
          .projects = std::string(rows.text(5)),
          .trusted_ca_pem = std::string(rows.text(6)),
          .allowed_addresses = std::string(rows.text(7)),
          .enabled = rows.integer(8) != 0,
          .secret_generation = rows.integer(9),
          .previous_secret_until = rows.maybe_time(10),
          .mac = std::string(rows.bytes(11)),
          .sealed_secret = std::string(rows.bytes(12)),
          .sealed_previous_secret = rows.is_null(13) ? std::string() : std::string(rows.bytes(13)),
          .revision = rows.integer(14),
          .created_at = rows.time(15),
          .updated_at = rows.time(16),
          .delivered_at = rows.maybe_time(17),
          .failing_since = rows.maybe_time(18)};
}

NotificationDeliveryRow read_delivery(Rows& rows) {
  return {.id = rows.uuid(0),
          .target_id = rows.maybe_uuid(1),
          .recipient = std::string(rows.text(2)),
          .event_id = rows.uuid(3),
          .event_type = std::string(rows.text(4)),
          .body = std::string(rows.text(5)),
          .mac = std::string(rows.bytes(6)),
          .tries = rows.integer(7),
          .failure = std::string(rows.text(8)),
          .created_at = rows.time(9),
          .first_tried_at = rows.maybe_time(10),
          .next_try_at = rows.maybe_time(11)};
}

Value blob_or_null(const std::string& bytes) {
  return bytes.empty() ? Value{std::monostate{}} : Value{Blob{bytes}};
}

}  // namespace

Result<std::vector<NotificationTargetRow>> all_notification_targets(Snapshot& snapshot) {
  return fetch_all<NotificationTargetRow>(snapshot, with(kTargets, "ORDER BY name_key"), {},
                                          read_target);
}

Result<std::optional<NotificationTargetRow>> find_notification_target(Snapshot& snapshot,
                                                                      const Uuid& id) {
  return fetch_one<NotificationTargetRow>(snapshot, with(kTargets, "WHERE id = ?"), {to_value(id)},
                                          read_target);
}

Status insert_notification_target(Transaction& tx, const NotificationTargetRow& row) {
  return run(
      tx,
      "INSERT INTO notification_targets (id, name, name_key, url, events, projects, "
      "trusted_ca_pem, allowed_addresses, enabled, secret_generation, previous_secret_until, mac, "
      "sealed_secret, sealed_previous_secret, revision, created_at, updated_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {to_value(row.id), row.name, row.name_key, row.url, row.events, row.projects,
       row.trusted_ca_pem, row.allowed_addresses, to_value(row.enabled), row.secret_generation,
       to_value(row.previous_secret_until), Blob{row.mac}, Blob{row.sealed_secret},
       blob_or_null(row.sealed_previous_secret), row.revision, to_value(row.created_at),
       to_value(row.updated_at)});
}

Status update_notification_target(Transaction& tx, const NotificationTargetRow& row) {
  return run(
      tx,
      "UPDATE notification_targets SET name = ?, name_key = ?, url = ?, events = ?, projects = ?, "
      "trusted_ca_pem = ?, allowed_addresses = ?, enabled = ?, secret_generation = ?, "
      "previous_secret_until = ?, mac = ?, sealed_secret = ?, sealed_previous_secret = ?, "
      "revision = ?, updated_at = ? WHERE id = ?",
      {row.name, row.name_key, row.url, row.events, row.projects, row.trusted_ca_pem,
       row.allowed_addresses, to_value(row.enabled), row.secret_generation,
       to_value(row.previous_secret_until), Blob{row.mac}, Blob{row.sealed_secret},
       blob_or_null(row.sealed_previous_secret), row.revision, to_value(row.updated_at),
       to_value(row.id)});
}

Status delete_notification_target(Transaction& tx, const Uuid& id) {
  return run(tx, "DELETE FROM notification_targets WHERE id = ?", {to_value(id)});
}

Status note_notification_target(Transaction& tx, const Uuid& id, bool taken, WallTime now) {
  if (taken) {
    return run(tx,
               "UPDATE notification_targets SET delivered_at = ?, failing_since = NULL "
               "WHERE id = ?",
               {to_value(now), to_value(id)});
  }
  return run(tx,
             "UPDATE notification_targets SET failing_since = COALESCE(failing_since, ?) "
             "WHERE id = ?",
             {to_value(now), to_value(id)});
}

Status insert_notification_delivery(Transaction& tx, const NotificationDeliveryRow& row) {
  return run(tx,
             "INSERT INTO notification_deliveries (id, target_id, recipient, event_id, event_type, "
             "body, mac, tries, failure, created_at, first_tried_at, next_try_at) "
             "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
             {to_value(row.id), to_value(row.target_id), row.recipient, to_value(row.event_id),
              row.event_type, row.body, Blob{row.mac}, row.tries, row.failure,
              to_value(row.created_at), to_value(row.first_tried_at), to_value(row.next_try_at)});
}

Result<std::optional<NotificationDeliveryRow>> find_notification_delivery(Snapshot& snapshot,
                                                                          const Uuid& id) {
  return fetch_one<NotificationDeliveryRow>(snapshot, with(kDeliveries, "WHERE d.id = ?"),
                                            {to_value(id)}, read_delivery);
}

Result<std::vector<NotificationDeliveryRow>> due_deliveries_to(Snapshot& snapshot,
                                                               const Uuid& target, WallTime now,
                                                               std::int64_t limit) {
  return fetch_all<NotificationDeliveryRow>(
      snapshot,
      with(kDeliveries,
           "WHERE d.target_id = ? AND d.next_try_at <= ? ORDER BY d.next_try_at, d.id LIMIT ?"),
      {to_value(target), to_value(now), limit}, read_delivery);
}

Result<std::vector<std::string>> due_mail_recipients(Snapshot& snapshot, WallTime now,
                                                     std::int64_t limit) {
  return fetch_all<std::string>(
      snapshot,
      "SELECT recipient FROM notification_deliveries WHERE target_id IS NULL AND next_try_at <= ? "
      "GROUP BY recipient ORDER BY MIN(next_try_at) LIMIT ?",
      {to_value(now), limit}, [](Rows& rows) { return std::string(rows.text(0)); });
}

Result<std::vector<NotificationDeliveryRow>> waiting_mails(Snapshot& snapshot,
                                                           std::string_view recipient, WallTime now,
                                                           std::int64_t limit) {
  return fetch_all<NotificationDeliveryRow>(
      snapshot,
      with(kDeliveries,
           "WHERE d.target_id IS NULL AND d.recipient = ? AND d.next_try_at IS NOT NULL "
           "ORDER BY d.next_try_at > ?, d.created_at, d.id LIMIT ?"),
      {recipient, to_value(now), limit}, read_delivery);
}

Result<bool> put_notification_try(Transaction& tx, const NotificationDeliveryRow& row) {
  STRONGROOM_TRY(const std::int64_t changed,
                 tx.execute("UPDATE notification_deliveries SET tries = ?, failure = ?, "
                            "first_tried_at = ?, next_try_at = ? WHERE id = ?",
                            {row.tries, row.failure, to_value(row.first_tried_at),
                             to_value(row.next_try_at), to_value(row.id)}));
  return changed == 1;
}

Result<bool> delete_notification_delivery(Transaction& tx, const Uuid& id) {
  STRONGROOM_TRY(const std::int64_t changed,
                 tx.execute("DELETE FROM notification_deliveries WHERE id = ?", {to_value(id)}));
  return changed == 1;
}

Status delete_old_notifications(Transaction& tx, WallTime edge) {
  return run(tx, "DELETE FROM notification_deliveries WHERE created_at < ?", {to_value(edge)});
}

Result<std::int64_t> revive_notifications(Transaction& tx, const Uuid& target, WallTime now) {
  return tx.execute(
      "UPDATE notification_deliveries SET next_try_at = ?, tries = 0, first_tried_at = NULL "
      "WHERE target_id = ? AND next_try_at IS NULL",
      {to_value(now), to_value(target)});
}

Result<NotificationCounts> count_notifications(Snapshot& snapshot) {
  NotificationCounts counts;
  STRONGROOM_TRY(counts.waiting, fetch_count(snapshot,
                                             "SELECT COUNT(*) FROM notification_deliveries "
                                             "WHERE next_try_at IS NOT NULL",
                                             {}));
  STRONGROOM_TRY(
      counts.dead,
      fetch_count(snapshot,
                  "SELECT COUNT(*) FROM notification_deliveries WHERE next_try_at IS NULL", {}));
  return counts;
}

Result<std::int64_t> count_waiting_mails(Snapshot& snapshot) {
  return fetch_count(snapshot,
                     "SELECT COUNT(*) FROM notification_deliveries "
                     "WHERE target_id IS NULL AND next_try_at IS NOT NULL",
                     {});
}

Result<NotificationCounts> count_notifications_of(Snapshot& snapshot, const Uuid& target) {
  NotificationCounts counts;
  STRONGROOM_TRY(counts.waiting, fetch_count(snapshot,
                                             "SELECT COUNT(*) FROM notification_deliveries "
                                             "WHERE target_id = ? AND next_try_at IS NOT NULL",
                                             {to_value(target)}));
  STRONGROOM_TRY(counts.dead, fetch_count(snapshot,
                                          "SELECT COUNT(*) FROM notification_deliveries "
                                          "WHERE target_id = ? AND next_try_at IS NULL",
                                          {to_value(target)}));
  return counts;
}

Result<RowPage<NotificationDeliveryRow>> list_notification_deliveries(
    Snapshot& snapshot, const NotificationDeliveryFilter& filter) {
  constexpr std::string_view kWhere =
      "WHERE (?1 IS NULL OR d.target_id = ?1) AND (?2 IS NULL OR (d.next_try_at IS NULL) = ?2) ";
  const Value target = to_value(filter.target);
  const Value dead = to_value(filter.dead);
  RowPage<NotificationDeliveryRow> page;
  STRONGROOM_TRY(
      page.total,
      fetch_count(snapshot, with("SELECT COUNT(*) FROM notification_deliveries d ", kWhere),
                  {target, dead}));
  STRONGROOM_TRY(page.rows, fetch_all<NotificationDeliveryRow>(
                                snapshot,
                                with(with(kDeliveries, kWhere),
                                     "ORDER BY d.created_at DESC, d.id DESC LIMIT ?3 OFFSET ?4"),
                                {target, dead, filter.limit, filter.offset}, read_delivery));
  return page;
}

Result<std::optional<NotificationTroubleRow>> find_notification_trouble(Snapshot& snapshot,
                                                                        const Uuid& client) {
  return fetch_one<NotificationTroubleRow>(
      snapshot,
      "SELECT oauth_client_id, failures, announced FROM notification_troubles "
      "WHERE oauth_client_id = ?",
      {to_value(client)}, [](Rows& rows) {
        return NotificationTroubleRow{.oauth_client_id = rows.uuid(0),
                                      .failures = rows.integer(1),
                                      .announced = std::string(rows.text(2))};
      });
}

Status put_notification_trouble(Transaction& tx, const NotificationTroubleRow& row) {
  return run(tx,
             "INSERT OR REPLACE INTO notification_troubles (oauth_client_id, failures, announced) "
             "VALUES (?, ?, ?)",
             {to_value(row.oauth_client_id), row.failures, row.announced});
}

Result<std::vector<Uuid>> troubled_clients(Snapshot& snapshot) {
  return fetch_ids(snapshot, "SELECT oauth_client_id FROM notification_troubles", {});
}

Status delete_notification_trouble(Transaction& tx, const Uuid& client) {
  return run(tx, "DELETE FROM notification_troubles WHERE oauth_client_id = ?", {to_value(client)});
}

Status delete_all_notification_troubles(Transaction& tx) {
  return run(tx, "DELETE FROM notification_troubles", {});
}

Result<std::vector<NotificationWarningRow>> all_notification_warnings(Snapshot& snapshot) {
  return fetch_all<NotificationWarningRow>(
      snapshot, "SELECT subject_id, ends_at, days FROM notification_warnings", {}, [](Rows& rows) {
        return NotificationWarningRow{
            .subject_id = rows.uuid(0), .ends_at = rows.time(1), .days = rows.integer(2)};
      });
}

Status put_notification_warning(Transaction& tx, const NotificationWarningRow& row) {
  return run(tx,
             "INSERT OR REPLACE INTO notification_warnings (subject_id, ends_at, days) "
             "VALUES (?, ?, ?)",
             {to_value(row.subject_id), to_value(row.ends_at), row.days});
}

Status delete_notification_warning(Transaction& tx, const Uuid& subject) {
  return run(tx, "DELETE FROM notification_warnings WHERE subject_id = ?", {to_value(subject)});
}

Status forget_notifications(Transaction& tx) {
  STRONGROOM_CHECK(run(tx, "DELETE FROM notification_deliveries", {}));
  STRONGROOM_CHECK(run(tx, "DELETE FROM notification_troubles", {}));
  STRONGROOM_CHECK(run(tx, "DELETE FROM notification_warnings", {}));
  return run(tx, "DELETE FROM audit_cursors WHERE sink = 'notifications'", {});
}

}  // namespace strongroom::storage
