#include "storage/sign_in_rows.h"

#include "storage/client_end_rows.h"
#include "storage/fetch.h"
#include "storage/row_list.h"

namespace strongroom::storage {
namespace {

SignInRow read_sign_in(Rows& rows) {
  return {.oauth_client_id = rows.uuid(0),
          .expected_account = std::string(rows.text(1)),
          .issuer = std::string(rows.text(2)),
          .subject = std::string(rows.text(3)),
          .tenant = std::string(rows.text(4)),
          .account_name = std::string(rows.text(5)),
          .signed_in_at = rows.maybe_time(6),
          .mac = std::string(rows.bytes(7))};
}

}  // namespace

Result<std::optional<SignInRow>> find_sign_in(Snapshot& snapshot, const Uuid& oauth_client_id) {
  return fetch_one<SignInRow>(
      snapshot,
      "SELECT oauth_client_id, expected_account, issuer, subject, tenant, account_name, "
      "signed_in_at, mac FROM sign_ins WHERE oauth_client_id = ?",
      {to_value(oauth_client_id)}, read_sign_in);
}

Status put_sign_in(Transaction& tx, const SignInRow& row) {
  STRONGROOM_CHECK(
      tx.execute("INSERT OR REPLACE INTO sign_ins (oauth_client_id, expected_account, issuer, "
                 "subject, tenant, account_name, signed_in_at, mac) "
                 "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                 {to_value(row.oauth_client_id), row.expected_account, row.issuer, row.subject,
                  row.tenant, row.account_name, to_value(row.signed_in_at), Blob{row.mac}}));
  return note_client_end(tx, row.oauth_client_id);
}

}  // namespace strongroom::storage
