#pragma once
// How people sign in at one provider, where that differs from RFC 6749 section 4.1 or goes beyond.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace strongroom::catalogue {

// Values of `prompt` (OpenID Connect Core section 3.1.2.1). "none" is not among them: a flow that
// nobody sees would give what somebody else once agreed to.
enum class Prompt : std::uint8_t { kLogin, kConsent, kSelectAccount };

// "login", "consent", "select_account".
std::string_view to_text(Prompt value);

// A parameter that an authorization request always has: "access_type" is "offline".
struct AuthorizationParameter {
  std::string name;
  std::string literal;
};

struct AuthorizationRules {
  std::vector<AuthorizationParameter> parameters;
  std::vector<std::string> scopes;    // asked for at each sign-in, beside those of the settings
  bool login_hint = false;            // takes the account that is expected
  std::vector<Prompt> prompts;        // that may be asked for
  std::vector<Prompt> always_prompt;  // are asked for each time; some of `prompts`
  bool pkce_unsupported = false;      // refuses a request with code_challenge
  bool refresh_names_scopes = false;  // a refresh needs `scope`
  // For so long a refresh token is taken once more that another one has replaced; 0: not.
  Seconds refresh_reuse_window{0};
  // What comes later costs more than the one grant: other sign-ins of the account, or of the
  // client.
  bool refresh_reuse_endangers_more = false;
  // "AADSTS": what stands before a number in the error_description that a browser brings back; what
  // the number says is among the response's error_causes. Empty: there is none.
  std::string error_number_prefix = {};
};

// The ID tokens of a provider whose entry has its endpoints; empty: it has none. "{tenant}" in
// `issuer` is the tenant of who signed in, which `tenant_claim` names.
struct OpenidRules {
  std::string issuer;    // "iss" (OpenID Connect Core section 2)
  std::string jwks_uri;  // where its public keys are
  std::string tenant_claim;
};

}  // namespace strongroom::catalogue
