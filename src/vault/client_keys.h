#pragma once
// Client keys: private keys that a target system's clients sign assertions with (private_key_jwt).
// Entered, or made here; sealed like consumer secrets, for the one destination that they were
// entered for (invariants 2 and 5), and never shown again.
//
// Sealing may have to reserve nonces in the database: never seal inside a transaction.

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "crypto/pkcs11.h"
#include "crypto/private_key.h"
#include "storage/target_system_rows.h"
#include "vault/context.h"
#include "vault/stored_credentials.h"
#include "vault/target_systems.h"

namespace strongroom::vault {

// At most kMaxClientKeys, each entered, to be made or kept, with a usable key id. What the files
// hold is judged when they are sealed. Errors: kInvalidArgument at /client_keys or below.
Status check_client_keys(const std::vector<NewClientKey>& keys);

// Rows of the keys of `system`, parsed or made, and sealed for its secrets_destination. Takes
// seconds where a large RSA key is made. What is kept stays sealed as it is.
//
// Errors: kInvalidArgument at /client_keys/{index}/private_key: as crypto::PrivateKey::parse(), or
// the same key twice; at /client_keys/{index}/pkcs11_uri: as crypto::Pkcs11Uri::parse(), and as
// crypto::Pkcs11::find(), which is kUnavailable too; at /client_keys/{index}/id: as
// keep_credential(); as crypto::Sealer::seal().
Result<std::vector<storage::ConsumerSecretRow>> seal_client_keys(
    Context& context, const storage::TargetSystemRow& system, const StoredCredentials& stored,
    const std::vector<NewClientKey>& keys);

// The key of one stored row of `system`, whose MAC was checked. One in a security token signs with
// `tokens`, which is not asked now. Errors: kCorrupt; as crypto::PrivateKey::open().
Result<crypto::PrivateKey> open_client_key(const crypto::Sealer& sealer,
                                           const storage::TargetSystemRow& system,
                                           const storage::ConsumerSecretRow& key,
                                           const std::shared_ptr<crypto::Pkcs11>& tokens = nullptr);

// "RSA 2048", "P-256", "Ed25519"; "P-256 (PKCS#11)" of one in a security token.
std::string key_type_text(const crypto::PrivateKey& key);

// One signing key is used at one authorization server only: another one could pass an assertion on
// certificates' keys too. Errors: kConflict "client_key_in_use" at /client_keys or
// /client_certificates, with "existing_id" of the target
// system that has it for another token endpoint.
Status check_keys_are_not_shared(Context& context, storage::Snapshot& snapshot,
                                 const storage::TargetSystemRow& system,
                                 const std::vector<storage::ConsumerSecretRow>& rows);

}  // namespace strongroom::vault
