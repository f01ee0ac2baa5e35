#pragma once
// What OAuth 1.0a gives out: an identifier and a secret that is shared (RFC 5849 sections 2.1 and
// 2.3). The identifier travels with each request, the secret never does (but see PLAINTEXT).

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "oauth/tokens.h"

namespace strongroom::oauth {

// "oauth_token": of temporary credentials, or of token credentials.
using Oauth1Token = Secret<struct Oauth1TokenKind>;
// "oauth_token_secret", which belongs to it; may be empty (section 3.4.2).
using Oauth1TokenSecret = Secret<struct Oauth1TokenSecretKind>;
// "oauth_verifier": that somebody said yes (section 2.2).
using Oauth1Verifier = Secret<struct Oauth1VerifierKind>;

inline constexpr std::size_t kMaxOauth1Token = std::size_t{4} * 1024;
inline constexpr std::size_t kMaxOauth1Verifier = 1024;

struct Oauth1Credentials {
  Oauth1Token token;
  Oauth1TokenSecret secret;

  Oauth1Credentials clone() const { return {token.clone(), secret.clone()}; }
};

// Whether `text` is 1 to `max` printable ASCII characters, the space among them: no identifier or
// secret of ours has others.
bool is_oauth1_text(std::string_view text, std::size_t max);

// Both as people bring them along, with blanks around them trimmed.
//
// Errors: kInvalidArgument at "/token" or "/token_secret": missing (the secret may be), too long,
// or with other than printable ASCII characters.
Result<Oauth1Credentials> imported_credentials(std::string_view token, std::string_view secret);

// Both as the one text that is sealed in the place of an access token:
// "oauth_token=…&oauth_token_secret=…".
AccessToken to_one_text(const Oauth1Credentials& credentials);

// Reads what to_one_text() wrote, and nothing else. Errors: kCorrupt; the text is never quoted.
Result<Oauth1Credentials> credentials_from_text(std::string_view text);

}  // namespace strongroom::oauth
