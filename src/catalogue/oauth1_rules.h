#pragma once
// How one provider speaks OAuth 1.0a (RFC 5849). Its "authorization_endpoint" is where people
// approve (section 2.2), its "token_endpoint" where the token is given out (section 2.3).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/authorization_rules.h"

namespace strongroom::catalogue {

// RFC 5849 section 3.4; HMAC-SHA256 is no part of it, and what providers made of it since.
enum class SignatureMethod : std::uint8_t { kHmacSha1, kHmacSha256, kRsaSha1, kPlaintext };

// "HMAC-SHA1", "HMAC-SHA256", "RSA-SHA1", "PLAINTEXT": as on the wire.
std::string_view to_text(SignatureMethod value);

struct Oauth1Rules {
  // Where temporary credentials are (section 2.1); a template as the other addresses. Empty: the
  // provider has no flow, and its tokens are made by hand there and imported here.
  std::string temporary_credentials_endpoint = {};
  std::vector<SignatureMethod> signature_methods = {};  // what is taken, the preferred one first
  // "realm" of the Authorization header (section 3.5.1), never signed; a variable in braces
  // or a text. Empty: none.
  std::string realm = {};
  // That the request for temporary credentials always has besides: signed with the rest.
  std::vector<AuthorizationParameter> temporary_credentials_parameters = {};
  // The provider speaks the protocol from before its session fixation was mended: no
  // oauth_callback_confirmed and no verifier. Nobody can sign in there.
  bool without_verifier = false;
};

}  // namespace strongroom::catalogue
