#include "storage/exchange_rows.h"

#include <optional>

#include "storage/fetch.h"
#include "storage/row_list.h"

namespace strongroom::storage {
namespace {

// Which row of exchange_requests says that; a new one where none does yet, and those go that no
// exchange names any more.
Result<std::int64_t> request_id(Transaction& tx, const Value& client, std::string_view body) {
  STRONGROOM_TRY(const std::optional<std::int64_t> known,
                 fetch_one<std::int64_t>(
                     tx, "SELECT id FROM exchange_requests WHERE oauth_client_id = ? AND body = ?",
                     {client, body}, [](Rows& rows) { return rows.integer(0); }));
  if (known) return *known;
  STRONGROOM_CHECK(
      tx.execute("DELETE FROM exchange_requests WHERE oauth_client_id = ? AND id NOT IN "
                 "(SELECT request FROM exchanges WHERE oauth_client_id = ?)",
                 {client, client}));
  STRONGROOM_TRY(
      const std::optional<std::int64_t> next,
      fetch_one<std::int64_t>(
          tx, "SELECT COALESCE(MAX(id), 0) + 1 FROM exchange_requests WHERE oauth_client_id = ?",
          {client}, [](Rows& rows) { return rows.integer(0); }));
  STRONGROOM_CHECK(
      tx.execute("INSERT INTO exchange_requests (oauth_client_id, id, body) VALUES (?, ?, ?)",
                 {client, next.value_or(1), body}));
  return next.value_or(1);
}

}  // namespace

Status put_exchange(Transaction& tx, const Uuid& oauth_client_id, const ExchangeRow& row) {
  const Value client = to_value(oauth_client_id);
  STRONGROOM_TRY(const std::int64_t request, request_id(tx, client, row.request));
  STRONGROOM_CHECK(
      tx.execute("INSERT INTO exchanges (oauth_client_id, sequence, at, request, outcome) "
                 "SELECT ?, COALESCE(MAX(sequence), 0) + 1, ?, ?, ? FROM exchanges "
                 "WHERE oauth_client_id = ?",
                 {client, to_value(row.at), request, row.outcome, client}));
  STRONGROOM_CHECK(
      tx.execute("DELETE FROM exchanges WHERE oauth_client_id = ? AND sequence <= "
                 "(SELECT MAX(sequence) FROM exchanges WHERE oauth_client_id = ?) - ?",
                 {client, client, kKeptExchanges}));
  return {};
}

Result<std::vector<ExchangeRow>> exchanges_of(Snapshot& snapshot, const Uuid& oauth_client_id,
                                              std::int64_t limit) {
  return fetch_all<ExchangeRow>(
      snapshot,
      "SELECT e.at, r.body, e.outcome FROM exchanges e JOIN exchange_requests r "
      "ON r.oauth_client_id = e.oauth_client_id AND r.id = e.request "
      "WHERE e.oauth_client_id = ? ORDER BY e.sequence DESC LIMIT ?",
      {to_value(oauth_client_id), limit}, [](Rows& rows) {
        return ExchangeRow{.at = rows.time(0),
                           .request = std::string(rows.text(1)),
                           .outcome = std::string(rows.text(2))};
      });
}

Status delete_exchanges(Transaction& tx, const Uuid& oauth_client_id) {
  const Value client = to_value(oauth_client_id);
  STRONGROOM_CHECK(tx.execute("DELETE FROM exchanges WHERE oauth_client_id = ?", {client}));
  STRONGROOM_CHECK(tx.execute("DELETE FROM exchange_requests WHERE oauth_client_id = ?", {client}));
  return {};
}

}  // namespace strongroom::storage
