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
using crypto::SignatureAlgorithm;

constexpr std::string_view kGrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";
constexpr std::size_t kIdBytes = 16;

// HS256 is never among them: a key pair cannot make it.
Result<SignatureAlgorithm> choose_algorithm(const BearerGrantRules& rules, crypto::KeyType key) {
  for (const catalogue::AssertionAlgorithm allowed : rules.algorithms) {
    const SignatureAlgorithm algorithm = to_crypto(allowed);
    if (crypto::can_sign(key, algorithm)) return algorithm;
  }
  return Error{Code::kInvalidArgument,
               "The service provider takes no signature that this key can make. Use a key of "
               "another kind."}
      .at("/consumer_secrets");
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

}  // namespace

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

Result<GrantAssertion> sign_grant_assertion(const BearerClaims& claims, const AssertionKey& key,
                                            crypto::Random& random, WallTime now) {
  if (claims.issuer.empty()) {
    return Error{Code::kInvalidArgument, "Enter the consumer key: the assertion names it."}.at(
        "/consumer_key");
  }
  STRONGROOM_CHECK(check_subject(claims.rules, claims.subject));
  STRONGROOM_TRY(const SignatureAlgorithm algorithm,
                 choose_algorithm(claims.rules, key.key.type()));
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
  // Nobody signs in, so the scopes are judged as those of client credentials are.
  STRONGROOM_TRY(
      std::vector<std::string> scopes,
      catalogue::check_scopes(provider, catalogue::Grant::kClientCredentials, grant.scopes));
  const std::string scope = join_scopes(scopes, provider.scopes.delimiter);
  const ClientAuthentication method = grant.rules.with_client_authentication
                                          ? authentication_method(provider, client.authentication)
                                          : ClientAuthentication::kPrivateKeyJwt;
  STRONGROOM_TRY(const http::Url url, token_endpoint_for(provider, method, client.parameters,
                                                         client.tenant, client.allow_plain_http));
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
  if (grant.rules.scopes == BearerScopes::kNone) expectation.scopes.clear();
  if (grant.rules.with_client_authentication) {
    return build_grant_request(client, std::move(form), std::move(expectation));
  }
  return build_asserted_request(client, std::move(form), std::move(expectation));
}

}  // namespace strongroom::oauth
