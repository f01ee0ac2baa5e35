#include "storage/calendar_feed_rows.h"

#include "storage/fetch.h"

namespace strongroom::storage {
namespace {

CalendarFeedRow read_feed(Rows& rows) {
  return {.user_id = rows.uuid(0),
          .token_hash = std::string(rows.bytes(1)),
          .created_at = rows.time(2),
          .mac = std::string(rows.bytes(3))};
}

}  // namespace

Result<std::vector<CalendarFeedRow>> all_calendar_feeds(Snapshot& snapshot) {
  return fetch_all<CalendarFeedRow>(
      snapshot, "SELECT user_id, token_hash, created_at, mac FROM calendar_feeds ORDER BY user_id",
      {}, read_feed);
}

Result<std::optional<CalendarFeedRow>> find_calendar_feed(Snapshot& snapshot, const Uuid& user) {
  return fetch_one<CalendarFeedRow>(
      snapshot, "SELECT user_id, token_hash, created_at, mac FROM calendar_feeds WHERE user_id = ?",
      {to_value(user)}, read_feed);
}

Status put_calendar_feed(Transaction& tx, const CalendarFeedRow& row) {
  STRONGROOM_CHECK(tx.execute(
      "INSERT INTO calendar_feeds (user_id, token_hash, created_at, mac) "
      "VALUES (?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET "
      "token_hash = excluded.token_hash, created_at = excluded.created_at, "
      "mac = excluded.mac",
      {to_value(row.user_id), Blob{row.token_hash}, to_value(row.created_at), Blob{row.mac}}));
  return {};
}

Result<bool> delete_calendar_feed(Transaction& tx, const Uuid& user) {
  STRONGROOM_TRY(const std::int64_t gone,
                 tx.execute("DELETE FROM calendar_feeds WHERE user_id = ?", {to_value(user)}));
  return gone == 1;
}

}  // namespace strongroom::storage
