#pragma once
// Codes that a person carries over by hand, and where a redirect URI leads.

#include <optional>
#include <string>
#include <string_view>

#include "oauth/authorization_response.h"
#include "oauth/flow_secrets.h"

namespace strongroom::oauth {

// What somebody copied from a provider: the code or verifier itself, or the whole address at which
// their browser ended.
struct TypedCode {
  AuthorizationCode code;
  std::optional<State> state;  // there if it came along
  std::string issuer = {};     // of an address that names it (RFC 9207); empty: it does not
};

// nullopt: it is neither, or longer than kMaxAuthorizationCode, or an address in which a
// parameter stands twice.
std::optional<TypedCode> read_typed_code(std::string_view text);

// "/OAuthCallback/x" of "https://vault.example/OAuthCallback/x"; empty: it is no address.
std::string redirect_path(std::string_view redirect_uri);

}  // namespace strongroom::oauth
