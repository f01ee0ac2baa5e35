#pragma once
// How a service provider wants the assertion that is itself the grant (RFC 7523 section 2.1), where
// providers differ.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "catalogue/assertion_rules.h"

namespace strongroom::catalogue {

// Whom the assertion is for: the one value of "aud" (RFC 7523 section 3, number 3).
enum class BearerAudience : std::uint8_t {
  kTokenEndpoint,  // the address that the request goes to
  kTokenHost,      // the name of its host alone
  kLiteral,        // a fixed text
};

// Where the scopes that are asked for stand.
enum class BearerScopes : std::uint8_t {
  kForm,   // the parameter "scope" of the form: the rule (RFC 7521 section 4.1)
  kClaim,  // the claim "scope" of the assertion
  kNone,   // nowhere: the registration of the client decides
};

// Whom the token is for, the claim "sub".
enum class BearerSubject : std::uint8_t {
  kRequired,
  kOptional,  // without one, the client acts in its own name, and the claim is left out
};

struct BearerGrantRules {
  BearerAudience audience = BearerAudience::kTokenEndpoint;
  std::string literal_audience = {};  // for kLiteral
  BearerScopes scopes = BearerScopes::kForm;
  BearerSubject subject = BearerSubject::kRequired;
  // From "iat" to "exp". Never longer than the provider takes.
  Seconds lifetime{60};
  std::vector<AssertionAlgorithm> algorithms = {};  // what is taken, the preferred one first
  // More claims, name and text, that are the same for all clients.
  std::vector<std::pair<std::string, std::string>> claims = {};
  // Whether the client also proves who it is as with any other grant (RFC 7521 section 4.1 leaves
  // it to the server); otherwise the assertion alone says it.
  bool with_client_authentication = false;
};

}  // namespace strongroom::catalogue
