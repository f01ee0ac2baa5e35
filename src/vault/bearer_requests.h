#pragma once
// The token requests of the JWT bearer grant (RFC 7523 section 2.1) of one target system.

#include <string_view>
#include <vector>

#include "base/result.h"
#include "oauth/token_request.h"
#include "storage/target_system_rows.h"
#include "vault/credential_requests.h"

namespace strongroom::vault {

// What they are signed and proved with, in the order of trying. Borrows everything.
struct BearerCredentials {
  const std::vector<storage::ConsumerSecretRow>& keys;  // as keep_usable() left them
  // As keep_proofs() left them, where the client proves who it is besides; otherwise empty.
  const std::vector<storage::ConsumerSecretRow>& proofs;
};

// Of an entry with the grant jwt_bearer: whether its assertions must say for whom the token is, and
// whether scopes can be asked for.
bool needs_subject(const catalogue::Provider& provider);
bool takes_scopes(const catalogue::Provider& provider);

// Whether clients of `system` also prove who they are, as with any other grant.
bool needs_proof_besides(const catalogue::Provider& provider, const TargetSystem& system);

// One request for each key, or for each key with each proof, key by key. `subject` is the client's
// own: no robot has a say in it.
//
// Errors: kInvalidArgument as oauth::build_jwt_bearer_request; as build_with_credential().
Result<std::vector<oauth::TokenRequest>> build_bearer_requests(
    const RequestParts& parts, std::string_view subject, const BearerCredentials& credentials);

}  // namespace strongroom::vault
