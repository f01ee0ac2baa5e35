#include "catalogue/bearer_grant_parser.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

namespace strongroom::catalogue {
namespace {

namespace json = boost::json;

constexpr std::int64_t kDefaultLifetime = 60;
constexpr std::int64_t kMinLifetime = 10;
constexpr std::size_t kMaxClaims = 10;

// What the assertion says of its own (RFC 7519 section 4.1); an entry cannot say it otherwise.
constexpr std::array<std::string_view, 8> kOwnClaims = {"aud", "exp", "iat",   "iss",
                                                        "jti", "nbf", "scope", "sub"};

// "token_endpoint", "token_host", or an https address that is sent as it stands.
void read_audience(ObjectReader& in, BearerGrantRules& rules) {
  const std::string audience = in.text("audience", TextRule::kPlain, Need::kRequired);
  if (audience == "token_endpoint") return;
  if (audience == "token_host") {
    rules.audience = BearerAudience::kTokenHost;
    return;
  }
  rules.audience = BearerAudience::kLiteral;
  rules.literal_audience = audience;
  if (!satisfies(audience, TextRule::kHttps)) {
    in.problems().report(child(in.pointer(), "audience"),
                         "This must be token_endpoint, token_host or an https address.");
  }
}

// {"name": "box_sub_type", "literal": "enterprise"}
void read_claim(ObjectReader& in, BearerGrantRules& rules) {
  std::string name = in.text("name", TextRule::kName, Need::kRequired);
  std::string literal = in.text("literal", TextRule::kPlain, Need::kRequired);
  const bool is_there = std::ranges::find(rules.claims, name, [](const auto& claim) {
                          return claim.first;
                        }) != rules.claims.end();
  if (is_there || std::ranges::find(kOwnClaims, name) != kOwnClaims.end()) {
    in.problems().report(child(in.pointer(), "name"), "The assertion has this claim already.");
  }
  rules.claims.emplace_back(std::move(name), std::move(literal));
}

}  // namespace

BearerGrantRules read_bearer_grant(ObjectReader& in) {
  BearerGrantRules rules;
  read_audience(in, rules);
  rules.scopes = in.choice<BearerScopes>("scopes",
                                         {{"form", BearerScopes::kForm},
                                          {"claim", BearerScopes::kClaim},
                                          {"none", BearerScopes::kNone}},
                                         BearerScopes::kForm, Need::kOptional);
  rules.subject = in.choice<BearerSubject>(
      "subject", {{"required", BearerSubject::kRequired}, {"optional", BearerSubject::kOptional}},
      BearerSubject::kRequired, Need::kOptional);
  const auto lifetime = in.integer("lifetime_s", kMinLifetime, kMaxBearerLifetime.count());
  rules.lifetime = Seconds(lifetime.value_or(kDefaultLifetime));
  // No HS256: the key is a pair.
  rules.algorithms = in.choices<AssertionAlgorithm>("algorithms",
                                                    {{"RS256", AssertionAlgorithm::kRs256},
                                                     {"PS256", AssertionAlgorithm::kPs256},
                                                     {"ES256", AssertionAlgorithm::kEs256},
                                                     {"EdDSA", AssertionAlgorithm::kEdDsa}},
                                                    Need::kRequired);
  in.each("claims", Need::kOptional, kMaxClaims, [&](const json::value& element, std::string at) {
    ObjectReader claim(element, std::move(at), in.problems());
    read_claim(claim, rules);
  });
  rules.with_client_authentication = in.flag("with_client_authentication");
  return rules;
}

void check_bearer_grant(const Provider& provider, Problems& problems) {
  if (provider.jwt_bearer.has_value() != provider.offers(Grant::kJwtBearer)) {
    problems.report("/jwt_bearer", "This goes with the grant jwt_bearer, and it with this.");
  }
  // Where requests are signed (OAuth 1.0a) there is no such method.
  if (!provider.client_authentication.empty() || provider.offers(Grant::kOauth1)) return;
  const bool proves_nothing_else = provider.grants == std::vector{Grant::kJwtBearer} &&
                                   !provider.discovery && provider.jwt_bearer &&
                                   !provider.jwt_bearer->with_client_authentication;
  const bool has_other_use =
      !provider.revocation_endpoint.empty() && !provider.revocation.without_authentication;
  if (!proves_nothing_else || has_other_use) {
    problems.report("/client_authentication",
                    "This is needed unless clients say who they are by the assertion of "
                    "jwt_bearer alone.");
  }
}

}  // namespace strongroom::catalogue
