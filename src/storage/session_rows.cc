#include "storage/session_rows.h"

#include "storage/fetch.h"

namespace strongroom::storage {
namespace {

constexpr std::string_view kColumns =
    "SELECT id, user_id, hash, created_at, last_seen_at, expires_at, mac, "
    "sign_on_account, sign_on_provider FROM sessions ";

SessionRow read_session(Rows& rows) {
  return {.id = rows.uuid(0),
          .user_id = rows.uuid(1),
          .hash = std::string(rows.bytes(2)),
          .created_at = rows.time(3),
          .last_seen_at = rows.time(4),
          .expires_at = rows.time(5),
          .mac = std::string(rows.bytes(6)),
          .sign_on_account = rows.maybe_uuid(7).value_or(Uuid{}),
          .sign_on_provider = rows.maybe_uuid(8)};
}

std::string columns(std::string_view where) { return std::string(kColumns).append(where); }

}  // namespace

Result<std::vector<SessionRow>> all_sessions(Snapshot& snapshot) {
  return fetch_all<SessionRow>(snapshot, columns("ORDER BY created_at, id"), {}, read_session);
}

Result<std::vector<SessionRow>> sessions_of(Snapshot& snapshot, const Uuid& user) {
  return fetch_all<SessionRow>(snapshot, columns("WHERE user_id = ? ORDER BY created_at, id"),
                               {to_value(user)}, read_session);
}

Result<std::optional<SessionRow>> find_session(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<SessionRow>(snapshot, columns("WHERE id = ?"), {to_value(id)}, read_session);
}

Status insert_session(Transaction& tx, const SessionRow& row) {
  STRONGROOM_CHECK(
      tx.execute("INSERT INTO sessions (id, user_id, hash, created_at, last_seen_at, expires_at, "
                 "mac, sign_on_account, sign_on_provider) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                 {to_value(row.id), to_value(row.user_id), Blob{row.hash}, to_value(row.created_at),
                  to_value(row.last_seen_at), to_value(row.expires_at), Blob{row.mac},
                  row.sign_on_account.is_nil() ? Value{} : to_value(row.sign_on_account),
                  to_value(row.sign_on_provider)}));
  return {};
}

Status touch_session(Transaction& tx, const SessionRow& row) {
  STRONGROOM_CHECK(tx.execute("UPDATE sessions SET last_seen_at = ?, mac = ? WHERE id = ?",
                              {to_value(row.last_seen_at), Blob{row.mac}, to_value(row.id)}));
  return {};
}

Status delete_session(Transaction& tx, const Uuid& id) {
  STRONGROOM_CHECK(tx.execute("DELETE FROM sessions WHERE id = ?", {to_value(id)}));
  return {};
}

}  // namespace strongroom::storage
