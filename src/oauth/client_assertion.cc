#include "oauth/client_assertion.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "crypto/encoding.h"
#include "crypto/mac_key.h"
#include "oauth/client_authentication.h"
#include "oauth/flat_json.h"

namespace strongroom::oauth {
namespace {

using catalogue::AssertionAlgorithm;
using catalogue::AssertionAudience;
using catalogue::AssertionRules;
using catalogue::AssertionType;
using catalogue::CertificateThumbprint;
using catalogue::ClientAuthentication;
using crypto::SignatureAlgorithm;

constexpr std::string_view kAssertionType =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr std::size_t kIdBytes = 16;

std::string_view to_text(AssertionType type) {
  switch (type) {
    case AssertionType::kClientAuthentication:
      return "client-authentication+jwt";
    case AssertionType::kJwt:
      return "JWT";
  }
  return "";
}

// A provider's entry with neither method has no rules; then no algorithm is taken.
AssertionRules rules_of(const catalogue::Provider& provider) {
  return provider.client_assertion.value_or(AssertionRules{});
}

Result<std::string_view> audience_of(const AssertionParties& parties, const AssertionRules& rules) {
  switch (rules.audience) {
    case AssertionAudience::kIssuer:
      if (!parties.issuer.empty()) return parties.issuer;
      break;
    case AssertionAudience::kTokenEndpoint:
      if (!parties.token_endpoint.empty()) return parties.token_endpoint;
      return Error{Code::kInternal, "An assertion was asked for without saying where it goes."};
    case AssertionAudience::kLiteral:
      return std::string_view(parties.provider.client_assertion->literal_audience);
  }
  return Error{Code::kInvalidArgument,
               "An assertion is made out to the issuer of the authorization server, and it is not "
               "known. Enter the issuer."}
      .at("/issuer");
}

// RFC 7523 section 3: iss and sub are the client, aud is one text, and nobody sees an id twice.
Result<std::string> claims_of(const AssertionParties& parties, const AssertionRules& rules,
                              crypto::Random& random, WallTime now) {
  STRONGROOM_TRY(const std::string_view audience, audience_of(parties, rules));
  std::array<std::byte, kIdBytes> id{};
  random.fill(id);
  const auto seconds = std::chrono::floor<Seconds>(now.time_since_epoch()).count();
  return FlatJson()
      .text("iss", parties.client_id)
      .text("sub", parties.client_id)
      .text("aud", audience)
      .number("iat", seconds)
      .number("nbf", seconds)
      .number("exp", seconds + kAssertionLifetime.count())
      .text("jti", crypto::base64url(id))
      .closed();
}

FlatJson header_of(SignatureAlgorithm algorithm, const AssertionRules& rules) {
  FlatJson header;
  header.text("alg", crypto::to_text(algorithm)).text("typ", to_text(rules.type));
  return header;
}

// Adds the names of the certificate that the provider asks for.
Status name_certificate(const AssertionRules& rules, const AssertionKey& key, FlatJson& header) {
  for (const CertificateThumbprint wanted : rules.thumbprints) {
    const bool is_sha1 = wanted == CertificateThumbprint::kSha1;
    const std::string_view thumbprint = is_sha1 ? key.x5t : key.x5t_s256;
    if (thumbprint.empty()) {
      return Error{Code::kInvalidArgument,
                   "The service provider knows the private key by its certificate. Enter the "
                   "certificate as well."}
          .at("/certificate");
    }
    header.text(is_sha1 ? "x5t" : "x5t#S256", thumbprint);
  }
  return {};
}

ClientAssertion sealed(std::string assertion) {
  ClientAssertion secret(assertion);
  wipe(assertion);
  return secret;
}

}  // namespace

SignatureAlgorithm to_crypto(AssertionAlgorithm algorithm) {
  switch (algorithm) {
    case AssertionAlgorithm::kRs256:
      return SignatureAlgorithm::kRs256;
    case AssertionAlgorithm::kPs256:
      return SignatureAlgorithm::kPs256;
    case AssertionAlgorithm::kEs256:
      return SignatureAlgorithm::kEs256;
    case AssertionAlgorithm::kEdDsa:
      return SignatureAlgorithm::kEdDsa;
    case AssertionAlgorithm::kHs256:
      break;
  }
  return SignatureAlgorithm::kHs256;
}

Result<SignatureAlgorithm> choose_assertion_algorithm(const AssertionParties& parties,
                                                      std::optional<crypto::KeyType> key) {
  for (const AssertionAlgorithm allowed : rules_of(parties.provider).algorithms) {
    const SignatureAlgorithm algorithm = to_crypto(allowed);
    const bool possible =
        key ? crypto::can_sign(*key, algorithm) : algorithm == SignatureAlgorithm::kHs256;
    const bool taken = !parties.server_algorithms ||
                       std::ranges::find(*parties.server_algorithms, crypto::to_text(algorithm)) !=
                           parties.server_algorithms->end();
    if (possible && taken) return algorithm;
  }
  return Error{Code::kInvalidArgument,
               "The service provider takes no signature that this key can make. Use a key of "
               "another kind."}
      .at("/client_authentication");
}

Result<ClientAssertion> sign_client_assertion(const AssertionParties& parties,
                                              const AssertionKey& key, crypto::Random& random,
                                              WallTime now) {
  STRONGROOM_CHECK(
      check_client_id(parties.provider, ClientAuthentication::kPrivateKeyJwt, parties.client_id));
  STRONGROOM_TRY(const SignatureAlgorithm algorithm,
                 choose_assertion_algorithm(parties, key.key.type()));
  const AssertionRules rules = rules_of(parties.provider);
  STRONGROOM_TRY(const std::string claims, claims_of(parties, rules, random, now));
  FlatJson header = header_of(algorithm, rules);
  if (!key.kid.empty()) header.text("kid", key.kid);
  STRONGROOM_CHECK(name_certificate(rules, key, header));
  STRONGROOM_TRY(std::string assertion,
                 crypto::compact_jws(key.key, algorithm, header.closed(), claims));
  return sealed(std::move(assertion));
}

Result<ClientAssertion> sign_client_assertion(const AssertionParties& parties,
                                              const ConsumerSecret& secret, crypto::Random& random,
                                              WallTime now) {
  STRONGROOM_CHECK(
      check_client_id(parties.provider, ClientAuthentication::kClientSecretJwt, parties.client_id));
  STRONGROOM_TRY(const SignatureAlgorithm algorithm,
                 choose_assertion_algorithm(parties, std::nullopt));
  if (secret.reveal().size() < kMinAssertionSecret) {
    return Error{Code::kInvalidArgument,
                 "A consumer secret of fewer than 32 bytes cannot sign assertions."}
        .at("/consumer_secrets");
  }
  const AssertionRules rules = rules_of(parties.provider);
  STRONGROOM_TRY(const std::string claims, claims_of(parties, rules, random, now));
  const crypto::MacKey key(secret.reveal());
  return sealed(crypto::compact_jws(key, header_of(algorithm, rules).closed(), claims));
}

Status authenticate_with(const ClientAssertion& assertion, std::string_view parameter,
                         std::string_view client_id, TokenForm& form) {
  if (!form.has("client_secret") && name_client(parameter, client_id, form) &&
      form.add("client_assertion_type", kAssertionType) &&
      form.add("client_assertion", assertion.reveal())) {
    return {};
  }
  return Error{Code::kInternal, "The token request has client credentials already."};
}

}  // namespace strongroom::oauth
