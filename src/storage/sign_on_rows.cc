#include "storage/sign_on_rows.h"

#include "storage/fetch.h"

namespace strongroom::storage {
namespace {

constexpr std::string_view kProviders =
    "SELECT id, label, issuer, client_id, sealed_secret, secret_generation, scopes, "
    "user_name_claim, email_claim, groups_claim, makes_users, links_existing, trusted_ca_pem, "
    "allowed_addresses, metadata, mac, revision, created_at, updated_at FROM sign_on_providers ";
constexpr std::string_view kAccounts =
    "SELECT id, user_id, issuer, subject, mac, created_at FROM sign_on_accounts ";

SignOnProviderRow read_provider(Rows& rows) {
  return {.id = rows.uuid(0),
          .label = std::string(rows.text(1)),
          .issuer = std::string(rows.text(2)),
          .client_id = std::string(rows.text(3)),
          .sealed_secret = std::string(rows.bytes(4)),
          .secret_generation = rows.integer(5),
          .scopes = std::string(rows.text(6)),
          .user_name_claim = std::string(rows.text(7)),
          .email_claim = std::string(rows.text(8)),
          .groups_claim = std::string(rows.text(9)),
          .makes_users = rows.integer(10) != 0,
          .links_existing = rows.integer(11) != 0,
          .trusted_ca_pem = std::string(rows.text(12)),
          .allowed_addresses = std::string(rows.text(13)),
          .metadata = std::string(rows.text(14)),
          .mac = std::string(rows.bytes(15)),
          .revision = rows.integer(16),
          .created_at = rows.time(17),
          .updated_at = rows.time(18)};
}

SignOnAccountRow read_account(Rows& rows) {
  return {.id = rows.uuid(0),
          .user_id = rows.uuid(1),
          .issuer = std::string(rows.text(2)),
          .subject = std::string(rows.text(3)),
          .mac = std::string(rows.bytes(4)),
          .created_at = rows.time(5)};
}

std::string with(std::string_view columns, std::string_view rest) {
  return std::string(columns).append(rest);
}

}  // namespace

Result<std::vector<SignOnProviderRow>> all_sign_on_providers(Snapshot& snapshot) {
  return fetch_all<SignOnProviderRow>(snapshot, with(kProviders, "ORDER BY id"), {}, read_provider);
}

Result<std::optional<SignOnProviderRow>> find_sign_on_provider(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<SignOnProviderRow>(snapshot, with(kProviders, "WHERE id = ?"), {to_value(id)},
                                      read_provider);
}

Status insert_sign_on_provider(Transaction& tx, const SignOnProviderRow& row) {
  STRONGROOM_CHECK(tx.execute(
      "INSERT INTO sign_on_providers (id, label, issuer, client_id, sealed_secret, "
      "secret_generation, scopes, user_name_claim, email_claim, groups_claim, makes_users, "
      "links_existing, trusted_ca_pem, allowed_addresses, metadata, mac, revision, created_at, "
      "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {to_value(row.id), row.label, row.issuer, row.client_id, Blob{row.sealed_secret},
       row.secret_generation, row.scopes, row.user_name_claim, row.email_claim, row.groups_claim,
       std::int64_t{row.makes_users}, std::int64_t{row.links_existing}, row.trusted_ca_pem,
       row.allowed_addresses, row.metadata, Blob{row.mac}, row.revision, to_value(row.created_at),
       to_value(row.updated_at)}));
  return {};
}

Status update_sign_on_provider(Transaction& tx, const SignOnProviderRow& row) {
  STRONGROOM_CHECK(tx.execute(
      "UPDATE sign_on_providers SET label = ?, issuer = ?, client_id = ?, sealed_secret = ?, "
      "secret_generation = ?, scopes = ?, user_name_claim = ?, email_claim = ?, groups_claim = ?, "
      "makes_users = ?, links_existing = ?, trusted_ca_pem = ?, allowed_addresses = ?, "
      "metadata = ?, mac = ?, revision = ?, updated_at = ? WHERE id = ?",
      {row.label, row.issuer, row.client_id, Blob{row.sealed_secret}, row.secret_generation,
       row.scopes, row.user_name_claim, row.email_claim, row.groups_claim,
       std::int64_t{row.makes_users}, std::int64_t{row.links_existing}, row.trusted_ca_pem,
       row.allowed_addresses, row.metadata, Blob{row.mac}, row.revision, to_value(row.updated_at),
       to_value(row.id)}));
  return {};
}

Status delete_sign_on_provider(Transaction& tx, const Uuid& id) {
  STRONGROOM_CHECK(tx.execute("DELETE FROM sign_on_providers WHERE id = ?", {to_value(id)}));
  return {};
}

Result<std::optional<SignOnAccountRow>> find_sign_on_account(Snapshot& snapshot,
                                                             std::string_view issuer,
                                                             std::string_view subject) {
  return fetch_one<SignOnAccountRow>(snapshot, with(kAccounts, "WHERE issuer = ? AND subject = ?"),
                                     {issuer, subject}, read_account);
}

Result<std::vector<SignOnAccountRow>> sign_on_accounts_at(Snapshot& snapshot,
                                                          std::string_view issuer) {
  return fetch_all<SignOnAccountRow>(snapshot, with(kAccounts, "WHERE issuer = ? ORDER BY id"),
                                     {issuer}, read_account);
}

Result<std::vector<SignOnAccountRow>> sign_on_accounts_of(Snapshot& snapshot, const Uuid& user) {
  return fetch_all<SignOnAccountRow>(snapshot, with(kAccounts, "WHERE user_id = ? ORDER BY id"),
                                     {to_value(user)}, read_account);
}

Status insert_sign_on_account(Transaction& tx, const SignOnAccountRow& row) {
  STRONGROOM_CHECK(
      tx.execute("INSERT INTO sign_on_accounts (id, user_id, issuer, subject, mac, created_at) "
                 "VALUES (?, ?, ?, ?, ?, ?)",
                 {to_value(row.id), to_value(row.user_id), row.issuer, row.subject, Blob{row.mac},
                  to_value(row.created_at)}));
  return {};
}

Status delete_sign_on_account(Transaction& tx, const Uuid& id) {
  STRONGROOM_CHECK(tx.execute("DELETE FROM sign_on_accounts WHERE id = ?", {to_value(id)}));
  return {};
}

}  // namespace strongroom::storage
