#pragma once
// Client keys that come as the key file of a service account, in place of PEM: who the account is
// stands in it, and becomes the consumer key. Its addresses are not read.

#include <optional>
#include <string>

#include "base/result.h"
#include "oauth/service_account_file.h"
#include "vault/target_systems.h"

namespace strongroom::vault {

// Whether what was entered for a private key is such a file: JSON, which no PEM is.
bool is_service_account(const NewClientKey& key);

// What the file of `key`, at `index` of those that were entered, holds. Errors: kInvalidArgument at
// /client_keys/{index}/private_key: as oauth::read_service_account_file.
Result<oauth::ServiceAccountFile> read_service_account(const NewClientKey& key, std::size_t index);

// Whose keys the entered files are; nullopt: none was entered.
//
// Errors: kInvalidArgument as above; at /client_keys/{index}/private_key: another account's
// than the one before; at /consumer_key: another's than the consumer key that was entered with it.
Result<std::optional<std::string>> account_of_key_files(const TargetSystemFields& fields);

}  // namespace strongroom::vault
