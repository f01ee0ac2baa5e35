#pragma once
// Whether an access token works only together with a key or a certificate of the client: RFC 9449
// (DPoP), RFC 8705 section 3 (mutual TLS), RFC 7800 (cnf).
//
// A hint, for a plainer answer: nothing is allowed or denied to anybody by what is inside a token
// . A token that cannot be read counts as not bound; the resource server knows better.

#include <cstdint>
#include <string_view>

namespace strongroom::oauth {

enum class TokenBinding : std::uint8_t {
  kNone,         // a bearer token, as far as can be seen
  kKey,          // to a key that must sign each request: token_type DPoP, or cnf with jkt
  kCertificate,  // to the certificate of the TLS connection: cnf with x5t#S256
  kOther,        // cnf with something else in it
};

// What `access_token` is bound to, out of a token response whose token_type was `token_type` (in
// any case; empty: there was none). Looks into the payload of a JWT that is signed and not
// encrypted (RFC 7519, RFC 9068); the signature is not checked. Pure; safe from any thread.
TokenBinding token_binding(std::string_view token_type, std::string_view access_token);

// Whether a token response with these two keeps what RFC 9449 section 5 says to a proof of the key
// with this thumbprint (RFC 7638): its token_type is DPoP, and a token that can be read names no
// other key. Pure; safe from any thread.
bool is_bound_to(std::string_view thumbprint, std::string_view token_type,
                 std::string_view access_token);

}  // namespace strongroom::oauth
