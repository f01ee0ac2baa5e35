#include "vault/signing_algorithm.h"

#include "oauth/client_assertion.h"
#include "oauth/jwt_bearer.h"

namespace strongroom::vault {

Result<crypto::SignatureAlgorithm> signing_algorithm(const catalogue::Provider& provider,
                                                     const TargetSystem& system,
                                                     crypto::KeyType type) {
  if (system.grant == GrantFlow::kJwtBearer && provider.jwt_bearer) {
    return oauth::choose_bearer_algorithm(*provider.jwt_bearer, type);
  }
  return oauth::choose_assertion_algorithm(
      {.provider = provider, .client_id = system.consumer_key, .issuer = {}, .token_endpoint = {}},
      type);
}

}  // namespace strongroom::vault
