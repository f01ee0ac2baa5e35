#pragma once
// Consumer secrets: checked as they come in, sealed for the one place and destination that they
// were entered for (invariants 2 and 5), and opened only for that.
//
// Sealing may have to reserve nonces in the database: never seal inside a transaction.

#include <string>
#include <vector>

#include "base/result.h"
#include "oauth/tokens.h"
#include "storage/target_system_rows.h"
#include "vault/context.h"
#include "vault/target_systems.h"

namespace strongroom::vault {

// At most kMaxConsumerSecrets, each 1 to 4,096 bytes of UTF-8 without control characters and
// without white space around it: what a paste brings along would be sent to the provider, and
// refused there. Errors: kInvalidArgument at /consumer_secrets or /consumer_secrets/{index}/value.
//
// For `method` client_secret_jwt a secret is as long as its signature, or longer: 32 bytes
// (RFC 7518 section 3.2).
Status check_consumer_secrets(const std::vector<NewConsumerSecret>& secrets,
                              ClientAuthentication method);

// Rows of checked secrets of `system`, sealed for its secrets_destination. Errors: as
// crypto::Sealer::seal().
Result<std::vector<storage::ConsumerSecretRow>> seal_consumer_secrets(
    Context& context, const storage::TargetSystemRow& system,
    const std::vector<NewConsumerSecret>& secrets);

// The value of one stored secret of `system`, whose MAC was checked. Errors: kCorrupt.
Result<oauth::ConsumerSecret> open_consumer_secret(const crypto::Sealer& sealer,
                                                   const storage::TargetSystemRow& system,
                                                   const storage::ConsumerSecretRow& secret);

// Where a stored secret or key of `system` is sealed, and for which destination.
crypto::Place secret_place(const storage::TargetSystemRow& system,
                           const storage::ConsumerSecretRow& secret, std::string_view destination);

// Seals what is stored anew, for `new_destination`, and raises the generations. Errors: kCorrupt;
// as crypto::Sealer::seal().
Status reseal_consumer_secrets(crypto::Sealer& sealer, const storage::TargetSystemRow& system,
                               const std::string& new_destination,
                               std::vector<storage::ConsumerSecretRow>& secrets);

}  // namespace strongroom::vault
