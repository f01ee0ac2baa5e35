#include "vault/oauth1_requests.h"

#include "catalogue/oauth1_settings.h"
#include "oauth/oauth1_request.h"

namespace strongroom::vault {
namespace {

// With the credential that `client` has: a secret, or a key for RSA.
Result<oauth::Oauth1Client> signing_client(const TargetSystem& system,
                                           const oauth::GrantClient& client, Seconds skew) {
  STRONGROOM_TRY(const auto method,
                 catalogue::choose_signature_method(client.provider, system.signature_method));
  return oauth::Oauth1Client{.provider = client.provider,
                             .parameters = client.parameters,
                             .tenant = client.tenant,
                             .consumer_key = client.consumer_key,
                             .method = method,
                             .consumer_secret = client.consumer_secret,
                             .private_key = client.key == nullptr ? nullptr : &client.key->key,
                             .random = client.random,
                             .now = client.now,
                             .clock_skew = skew};
}

}  // namespace

Result<TokenRequests> build_temporary_requests(Context& context, OAuthClientId id,
                                               const std::string& callback, Seconds skew) {
  const auto build = [&](const TargetSystem& system,
                         const oauth::GrantClient& client) -> Result<oauth::TokenRequest> {
    STRONGROOM_TRY(const oauth::Oauth1Client signing, signing_client(system, client, skew));
    return oauth::build_temporary_credentials_request(signing, callback);
  };
  return build_requests_with(context, id, build);
}

Result<TokenRequests> build_verifier_requests(Context& context, OAuthClientId id,
                                              const VerifierGrant& grant) {
  const auto build = [&](const TargetSystem& system,
                         const oauth::GrantClient& client) -> Result<oauth::TokenRequest> {
    STRONGROOM_TRY(const oauth::Oauth1Client signing, signing_client(system, client, grant.skew));
    return oauth::build_token_credentials_request(signing, grant.temporary, grant.verifier);
  };
  return build_requests_with(context, id, build);
}

}  // namespace strongroom::vault
