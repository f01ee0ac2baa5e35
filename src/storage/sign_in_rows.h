#pragma once
// Rows of the table sign_ins: for which account of a provider a client's tokens are.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <optional>
#include <string>

#include "storage/store.h"

namespace strongroom::storage {

struct SignInRow {
  Uuid oauth_client_id;
  std::string expected_account;  // empty: any
  std::string issuer;            // this and the next two are the account that is bound
  std::string subject;           // empty: none is
  std::string tenant;
  std::string account_name;  // for people to see
  std::optional<WallTime> signed_in_at;
  std::string mac;  // made and checked by vault
};

// nullopt: no person signs in for this client, or nobody did and no account is expected.
Result<std::optional<SignInRow>> find_sign_in(Snapshot& snapshot, const Uuid& oauth_client_id);
// Writes it, whether it was there or not.
Status put_sign_in(Transaction& tx, const SignInRow& row);

}  // namespace strongroom::storage
