#include "oauth/jwt_bearer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "crypto/encoding.h"
#include "crypto/jws.h"
#include "http/url.h"
#include "oauth/flat_json.h"
#include "oauth/scope_text.h"
#include "oauth/token_endpoint.h"

namespace strongroom::oauth {
namespace {

using catalogue::BearerAudience;
using catalogue::BearerGrantRules;
using catalogue::BearerScopes;
using catalogue::BearerSubject;
using catalogue::ClientAuthentication;
using catalogue::Grant;
using crypto::SignatureAlgorithm;

constexpr std::string_view kGrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";
constexpr std::size_t kIdBytes = 16;

// Stands for a tenant that only the clients of a target system will name.
constexpr std::string_view kSomeTenant = "tenant.example";
constexpr std::size_t kMaxIssuerClaim = 2048;

// How the client proves who it is beside the assertion; the key of the assertion, if it does not.
ClientAuthentication method_of(const catalogue::Provider& provider,
                               std::optional<ClientAuthentication> chosen) {
  const bool also_proves = provider.jwt_bearer && provider.jwt_bearer->with_client_authentication;
  return also_proves ? authentication_method(provider, chosen)
                     : ClientAuthentication::kPrivateKeyJwt;
}

Status check_issuer_claim(std::string_view issuer) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (issuer.size() <= kMaxIssuerClaim && std::ranges::none_of(issuer, is_control)) return {};
  return Error{Code::kInvalidArgument, "The consumer key is too long, or has a control character."}
      .at("/consumer_key");
}

Result<std::string> audience_of(const BearerClaims& claims) {
  switch (claims.rules.audience) {
    case BearerAudience::kLiteral:
      return claims.rules.literal_audience;
    case BearerAudience::kTokenHost: {
      STRONGROOM_TRY(http::Url url, http::Url::parse(claims.token_endpoint));
      return std::move(url.host);
    }
    case BearerAudience::kTokenEndpoint:
      break;
  }
  if (!claims.token_endpoint.empty()) return std::string(claims.token_endpoint);
  return Error{Code::kInternal, "An assertion was asked for without saying where it goes."};
}

// RFC 7523 section 3: aud is one text, and nobody sees an id twice.
Result<std::string> text_of(const BearerClaims& claims, crypto::Random& random, WallTime now) {
  STRONGROOM_TRY(const std::string audience, audience_of(claims));
  std::array<std::byte, kIdBytes> id{};
  random.fill(id);
  const auto seconds = std::chrono::floor<Seconds>(now.time_since_epoch()).count();
  FlatJson json;
  json.text("iss", claims.issuer);
  if (!claims.subject.empty()) json.text("sub", claims.subject);
  json.text("aud", audience)
      .number("iat", seconds)
      .number("exp", seconds + claims.rules.lifetime.count())
      .text("jti", crypto::base64url(id));
  if (claims.rules.scopes == BearerScopes::kClaim && !claims.scope.empty()) {
    json.text("scope", claims.scope);
  }
  for (const auto& [name, value] : claims.rules.claims) json.text(name, value);
  return json.closed();
}

// Where the registration decides, nothing could be done with scopes that somebody enters.
Result<std::vector<std::string>> scopes_of(const catalogue::Provider& provider,
                                           const BearerGrantRules& rules,
                                           const std::vector<std::string>& scopes) {
  if (rules.scopes != BearerScopes::kNone) {
    return catalogue::check_scopes(provider, Grant::kJwtBearer, scopes);
  }
  if (scopes.empty()) return std::vector<std::string>();
  return Error{Code::kInvalidArgument,
               "With this grant the application's registration at the service provider decides on "
               "scopes. Enter none."}
      .at("/scopes");
}

}  // namespace

Status check_jwt_bearer(const catalogue::Provider& provider,
                        const catalogue::Parameters& parameters, std::string_view tenant,
                        std::string_view consumer_key,
                        std::optional<ClientAuthentication> authentication,
                        const std::vector<std::string>& scopes, bool allow_plain_http) {
  const std::string_view some_tenant =
      provider.supports_tenant() && tenant.empty() ? kSomeTenant : tenant;
  STRONGROOM_CHECK(check_grant_and_tenant(provider, Grant::kJwtBearer, some_tenant));
  if (!provider.jwt_bearer) return Error{Code::kInternal, "An entry has a grant without rules."};
  if (authentication && !provider.offers(*authentication)) {
    return Error{Code::kInvalidArgument,
                 "The service provider does not have this client authentication."}
        .at("/client_authentication");
  }
  if (!consumer_key.empty()) STRONGROOM_CHECK(check_issuer_claim(consumer_key));
  STRONGROOM_CHECK(scopes_of(provider, *provider.jwt_bearer, scopes));
  if (provider.discovery) return catalogue::check_parameters(provider, parameters);
  STRONGROOM_CHECK(token_endpoint_for(provider, method_of(provider, authentication), parameters,
                                      some_tenant, allow_plain_http));
  return {};
}

Status check_subject(const BearerGrantRules& rules, std::string_view subject) {
  if (subject.empty()) {
    if (rules.subject == BearerSubject::kOptional) return {};
    return Error{Code::kInvalidArgument,
                 "The service provider wants to know for whom the tokens are. Enter the subject."}
        .at("/subject");
  }
  const bool is_printable =
      std::ranges::all_of(subject, [](char c) { return c > ' ' && c <= '~'; });
  if (is_printable && subject.size() <= kMaxSubject) return {};
  return Error{Code::kInvalidArgument,
               "A subject is up to 255 printable characters of ASCII without spaces."}
      .at("/subject");
}

// HS256 is never among them: a key pair cannot make it.
Result<SignatureAlgorithm> choose_bearer_algorithm(const BearerGrantRules& rules,
                                                   crypto::KeyType key) {
  for (const catalogue::AssertionAlgorithm allowed : rules.algorithms) {
    const SignatureAlgorithm algorithm = to_crypto(allowed);
    if (crypto::can_sign(key, algorithm)) return algorithm;
  }
  return Error{Code::kInvalidArgument,
               "The service provider takes no signature that this key can make. Use a key of "
               "another kind."}
      .at("/consumer_secrets");
}

Result<GrantAssertion> sign_grant_assertion(const BearerClaims& claims, const AssertionKey& key,
                                            crypto::Random& random, WallTime now) {
  if (claims.issuer.empty()) {
    return Error{Code::kInvalidArgument, "Enter the consumer key: the assertion names it."}.at(
        "/consumer_key");
  }
  STRONGROOM_CHECK(check_subject(claims.rules, claims.subject));
  STRONGROOM_TRY(const SignatureAlgorithm algorithm,
                 choose_bearer_algorithm(claims.rules, key.key.type()));
  STRONGROOM_TRY(const std::string payload, text_of(claims, random, now));
  FlatJson header;
  header.text("alg", crypto::to_text(algorithm)).text("typ", "JWT");
  if (!key.kid.empty()) header.text("kid", key.kid);
  STRONGROOM_TRY(std::string assertion,
                 crypto::compact_jws(key.key, algorithm, header.closed(), payload));
  GrantAssertion secret(assertion);
  wipe(assertion);
  return secret;
}

Result<TokenRequest> build_jwt_bearer_request(const JwtBearer& grant) {
  const GrantClient& client = grant.client;
  const catalogue::Provider& provider = client.provider;
  STRONGROOM_TRY(std::vector<std::string> scopes, scopes_of(provider, grant.rules, grant.scopes));
  const std::string scope = join_scopes(scopes, provider.scopes.delimiter);
  STRONGROOM_TRY(const http::Url url,
                 token_endpoint_for(provider, method_of(provider, client.authentication),
                                    client.parameters, client.tenant, client.allow_plain_http));
  STRONGROOM_TRY(const GrantAssertion assertion,
                 sign_grant_assertion({.rules = grant.rules,
                                       .issuer = grant.issuer,
                                       .subject = grant.subject,
                                       .token_endpoint = url.text,
                                       .scope = scope},
                                      grant.key, client.random, client.now));
  TokenForm form;
  form.add("grant_type", kGrantType);
  form.add("assertion", assertion.reveal());
  if (grant.rules.scopes == BearerScopes::kForm) form.add("scope", scope);
  Expectation expectation{.rules = provider.response,
                          .scope_delimiter = provider.scopes.delimiter,
                          .scopes = std::move(scopes)};
  if (grant.rules.with_client_authentication) {
    return build_grant_request(client, std::move(form), std::move(expectation));
  }
  return build_asserted_request(client, std::move(form), std::move(expectation));
}

}  // namespace strongroom::oauth
