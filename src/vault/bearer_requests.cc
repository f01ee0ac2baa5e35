#include "vault/bearer_requests.h"

#include <utility>

#include "oauth/jwt_bearer.h"

namespace strongroom::vault {
namespace {

using storage::ConsumerSecretRow;

Result<oauth::TokenRequest> sign(const RequestParts& parts, std::string_view subject,
                                 const oauth::AssertionKey& key, const oauth::GrantClient& client) {
  return oauth::build_jwt_bearer_request({.client = client,
                                          .rules = *parts.provider.jwt_bearer,
                                          .key = key,
                                          .issuer = parts.system.consumer_key,
                                          .subject = subject,
                                          .scopes = parts.system.scopes});
}

// `proof`: nullptr where the assertion says by itself who asks.
Result<oauth::TokenRequest> build_one(const RequestParts& parts, std::string_view subject,
                                      const ConsumerSecretRow& key,
                                      const ConsumerSecretRow* proof) {
  RequestParts signing = parts;
  signing.signs_grant = true;
  return build_with_credential(signing, key, [&](const oauth::GrantClient& signer) {
    if (proof != nullptr) {
      return build_with_credential(parts, *proof, [&](const oauth::GrantClient& client) {
        return sign(parts, subject, *signer.key, client);
      });
    }
    oauth::GrantClient client = signer;
    client.key = nullptr;
    return sign(parts, subject, *signer.key, client);
  });
}

}  // namespace

bool needs_subject(const catalogue::Provider& provider) {
  return provider.jwt_bearer && provider.jwt_bearer->subject == catalogue::BearerSubject::kRequired;
}

bool takes_scopes(const catalogue::Provider& provider) {
  return provider.jwt_bearer && provider.jwt_bearer->scopes != catalogue::BearerScopes::kNone;
}

bool needs_proof_besides(const catalogue::Provider& provider, const TargetSystem& system) {
  return system.grant == GrantFlow::kJwtBearer && provider.jwt_bearer &&
         provider.jwt_bearer->with_client_authentication;
}

Result<std::vector<oauth::TokenRequest>> build_bearer_requests(
    const RequestParts& parts, std::string_view subject, const BearerCredentials& credentials) {
  if (!parts.provider.jwt_bearer) {
    return Error{Code::kConflict,
                 "The service provider's entry does not say any more what its assertions look "
                 "like.",
                 {},
                 "no_service_provider"};
  }
  std::vector<oauth::TokenRequest> requests;
  requests.reserve(credentials.keys.size());
  for (const ConsumerSecretRow& key : credentials.keys) {
    if (credentials.proofs.empty()) {
      STRONGROOM_TRY(oauth::TokenRequest request, build_one(parts, subject, key, nullptr));
      requests.push_back(std::move(request));
    }
    for (const ConsumerSecretRow& proof : credentials.proofs) {
      STRONGROOM_TRY(oauth::TokenRequest request, build_one(parts, subject, key, &proof));
      requests.push_back(std::move(request));
    }
  }
  return requests;
}

}  // namespace strongroom::vault
