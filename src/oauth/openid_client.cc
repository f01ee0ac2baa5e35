#include "oauth/openid_client.h"

#include <optional>
#include <utility>
#include <vector>

#include "oauth/authorization_code.h"

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;
using catalogue::Provider;

// A provider without quirks: what the standards say, and a client with a secret.
Provider standard_provider() {
  Provider provider;
  provider.id = "openid";
  provider.name = "OpenID Connect";
  provider.grants = {catalogue::Grant::kAuthorizationCode};
  provider.client_authentication = {ClientAuthentication::kClientSecretBasic,
                                    ClientAuthentication::kClientSecretPost};
  return provider;
}

Provider provider_of(const ServerMetadata& metadata) {
  return complete(standard_provider(), metadata, {.secret = true});
}

}  // namespace

Status check_openid_metadata(const ServerMetadata& metadata) {
  if (metadata.authorization_endpoint.empty() || metadata.jwks_uri.empty()) {
    return Error{Code::kInvalidArgument,
                 "The issuer's metadata names no authorization endpoint, or no keys: people cannot "
                 "sign in by it."};
  }
  return check_methods(standard_provider(), metadata);
}

Result<AuthorizationUrl> openid_authorization_url(const OpenidClient& client,
                                                  const OpenidSecrets& secrets, SignInAgain again) {
  Provider provider = provider_of(client.metadata);
  const catalogue::Parameters parameters;
  std::vector<catalogue::Prompt> prompts;
  std::optional<Seconds> max_age;
  if (again == SignInAgain::kAlways) {
    prompts = provider.authorization.prompts = {catalogue::Prompt::kLogin};
    max_age = Seconds{0};
  }
  return authorization_url({.provider = provider,
                            .parameters = parameters,
                            .tenant = {},
                            .consumer_key = client.client_id,
                            .redirect_uri = client.redirect_uri,
                            .scopes = client.scopes,
                            .state = secrets.state,
                            .verifier = &secrets.verifier,
                            .nonce = &secrets.nonce,
                            .prompts = std::move(prompts),
                            .max_age = max_age});
}

Result<TokenRequest> openid_code_request(const OpenidClient& client, const OpenidGrant& grant) {
  const Provider provider = provider_of(client.metadata);
  const catalogue::Parameters parameters;
  const GrantClient asker{.provider = provider,
                          .parameters = parameters,
                          .tenant = {},
                          .consumer_key = client.client_id,
                          .consumer_secret = &grant.client_secret,
                          .authentication = provider.client_authentication.front(),
                          .random = grant.random,
                          .now = grant.now,
                          .issuer = client.metadata.issuer};
  return build_code_request({.client = asker,
                             .code = grant.code,
                             .redirect_uri = client.redirect_uri,
                             .verifier = &grant.verifier,
                             .scopes = client.scopes});
}

}  // namespace strongroom::oauth
