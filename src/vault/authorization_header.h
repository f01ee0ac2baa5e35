#pragma once
// What a request to a resource has to carry so that it is let in: written here for robots, out of a
// token that is never shown to them where it works only together with a key.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "vault/context.h"
#include "vault/lookup_entries.h"

namespace strongroom::oauth {
class DpopProver;
}

namespace strongroom::vault {

// The request that a robot is about to send. A plain value, judged by whoever made it.
struct RequestToAuthorize {
  struct FormParameter {
    std::string name;
    std::string value;
  };

  std::string method;  // as it will go over the wire
  std::string url;     // absolute, https, letter by letter as it will go
  std::string host;    // of it
  std::string query;   // of it, without '?'
  // Of its body, decoded, where that is a form: some signatures are over these as well.
  std::vector<FormParameter> form = {};
  // What the resource asked to have in a proof (RFC 9449 section 9); empty: nothing.
  std::string dpop_nonce = {};
};

// Whether a resource may have said that in DPoP-Nonce, of at most kMaxProofNonce bytes.
inline constexpr std::size_t kMaxProofNonce = 1'024;
bool can_be_proof_nonce(std::string_view text);

// A header of that request. What it says is as secret as the token.
using HeaderLetters = Secret<struct HeaderLettersKind>;
struct RequestHeader {
  std::string_view name;  // a literal
  HeaderLetters letters;
};

// An access token, opened for the moment. Views, valid during one call.
struct OpenedToken {
  std::string_view letters;
  std::string_view type;                   // as stored: "Bearer", "DPoP"
  const oauth::DpopProver* key = nullptr;  // that it is bound to, of a token of type DPoP
};

// The type of what OAuth 1.0a gives out: token and secret, of which none leaves (RFC 5849).
inline constexpr std::string_view kSignedTokenType = "OAuth";

// Whether authorization_headers() proves what such a token of `system` is bound to. False of tokens
// that no header makes usable, such as one bound to a certificate, or whose header would show a
// secret (RFC 5849 section 3.4.4).
bool can_be_proven(const TokenEntry& token, const TargetSystemEntry& system);
// Whether it needs the client's key for that.
bool needs_key(const TokenEntry& token);

// Whether they can be written for `request`, before anybody is told that they will be. A pure
// function. Errors: kInvalidArgument at "method", "url" or "form_parameters".
Status check_request(const TokenEntry& token, const RequestToAuthorize& request);

// Whether `request` goes where the tokens of `system` may go: those that were issued for one
// resource are shown to no other. Errors: kInvalidArgument at "url".
Status check_goes_to_resource(const TargetSystemEntry& system, const RequestToAuthorize& request);

// The headers for `request`, Authorization first (RFC 6750 section 2.1, RFC 5849 section 3.5.1;
// RFC 9449 section 7.1, with a proof for this request alone). `system`: the client's. Errors:
// kConflict "token_is_bound", no header makes a token of that type usable; kCorrupt; as
// oauth::DpopProver::prove().
Result<std::vector<RequestHeader>> authorization_headers(const Context& context,
                                                         const TargetSystemEntry& system,
                                                         const OpenedToken& token,
                                                         const RequestToAuthorize& request);

}  // namespace strongroom::vault
