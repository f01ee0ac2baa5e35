#pragma once
// Rows of the tables sign_on_providers and sign_on_accounts: single sign-on.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct SignOnProviderRow {
  Uuid id;
  std::string label;
  std::string issuer;
  std::string client_id;
  std::string sealed_secret;
  std::int64_t secret_generation = 1;
  std::string scopes;  // with spaces between them
  std::string user_name_claim;
  std::string email_claim;
  std::string groups_claim;  // empty: groups are not told
  bool makes_users = false;
  bool links_existing = false;
  std::string trusted_ca_pem;
  std::string allowed_addresses;  // with spaces between them
  std::string metadata;           // JSON: what the issuer said of itself when it was entered
  std::string mac;                // all macs: made and checked by identity
  std::int64_t revision = 1;
  WallTime created_at{};
  WallTime updated_at{};
};

// Which user an account of an issuer is.
struct SignOnAccountRow {
  Uuid id;
  Uuid user_id;
  std::string issuer;
  std::string subject;
  std::string mac;
  WallTime created_at{};
};

// Errors of all: as Snapshot::query() and Transaction::execute().

Result<std::vector<SignOnProviderRow>> all_sign_on_providers(Snapshot& snapshot);
Result<std::optional<SignOnProviderRow>> find_sign_on_provider(Snapshot& snapshot, const Uuid& id);
Status insert_sign_on_provider(Transaction& tx, const SignOnProviderRow& row);
Status update_sign_on_provider(Transaction& tx, const SignOnProviderRow& row);
Status delete_sign_on_provider(Transaction& tx, const Uuid& id);

Result<std::optional<SignOnAccountRow>> find_sign_on_account(Snapshot& snapshot,
                                                             std::string_view issuer,
                                                             std::string_view subject);
Result<std::vector<SignOnAccountRow>> sign_on_accounts_at(Snapshot& snapshot,
                                                          std::string_view issuer);
Result<std::vector<SignOnAccountRow>> sign_on_accounts_of(Snapshot& snapshot, const Uuid& user);
// kConflict: the account is somebody's already.
Status insert_sign_on_account(Transaction& tx, const SignOnAccountRow& row);
Status delete_sign_on_account(Transaction& tx, const Uuid& id);

}  // namespace strongroom::storage
