#pragma once
// How a service provider wants the assertions that clients authenticate with (RFC 7523 section 3).

#include <cstdint>
#include <string>
#include <vector>

namespace strongroom::catalogue {

// Whom an assertion is for: the one value of "aud".
enum class AssertionAudience : std::uint8_t {
  kIssuer,         // the issuer identifier of the authorization server: the rule
  kTokenEndpoint,  // the address that the request goes to, for servers that document just that
  kLiteral,        // a fixed address
};

// "typ" of the header.
enum class AssertionType : std::uint8_t {
  kClientAuthentication,  // "client-authentication+jwt"
  kJwt,                   // "JWT"
};

// The names of the IANA registry (RFC 7518 section 3.1, RFC 8037 section 3.1).
enum class AssertionAlgorithm : std::uint8_t { kRs256, kPs256, kEs256, kEdDsa, kHs256 };

// The header members that name a certificate (RFC 7515 sections 4.1.7 and 4.1.8).
enum class CertificateThumbprint : std::uint8_t { kSha1, kSha256 };

struct AssertionRules {
  AssertionAudience audience = AssertionAudience::kIssuer;
  std::string literal_audience;  // for kLiteral
  AssertionType type = AssertionType::kClientAuthentication;
  std::vector<AssertionAlgorithm> algorithms;      // what is taken, the preferred one first
  std::vector<CertificateThumbprint> thumbprints;  // asked for with a private key; empty: none
};

}  // namespace strongroom::catalogue
