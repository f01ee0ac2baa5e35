#pragma once
// The key that one OAuth client's tokens are bound to (RFC 9449): made on its first use, sealed
// under its project's data key, and gone with the client. Nobody ever sees its private half.

#include <string>

#include "base/result.h"
#include "catalogue/provider.h"
#include "oauth/token_client.h"
#include "storage/dpop_key_rows.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// Whether tokens of the target system's clients are bound to a key: it says so, or its provider
// gives no others. `provider` is complete.
bool binds_tokens(const catalogue::Provider& provider, const TargetSystem& system);

// Errors: kInvalidArgument at "/dpop": the provider's entry does not have it.
Status check_dpop(const catalogue::Provider& provider, const TargetSystem& system);

// The client's key, made and stored if there is none yet; whoever asks at the same moment gets the
// same. Blocks; never inside a transaction.
//
// Errors: kCorrupt, what is stored is not what was stored; as crypto::Sealer::seal(); of the store.
Result<oauth::ProvedKey> dpop_key_of(Context& context, OAuthClientId client, ProjectId project);

// Opens a stored one. `context` must outlive it. Errors: kCorrupt.
Result<oauth::ProvedKey> open_dpop_key(Context& context, ProjectId project,
                                       const storage::DpopKeyRow& row);

// The thumbprint of the key that an answer must be bound to which is read only now, as after a
// restart; empty: to none. Blocks. Errors: as read_client_settings() and provider_of(); kCorrupt.
Result<std::string> expected_binding(Context& context, OAuthClientId client);

// A key for a request whose token nobody keeps. Errors: kInternal.
Result<oauth::ProvedKey> passing_dpop_key(Context& context);

// Where it is sealed; `row` must outlive the answer.
crypto::Place dpop_key_place(const storage::DpopKeyRow& row, const Uuid& project);

}  // namespace strongroom::vault
