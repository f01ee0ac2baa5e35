#pragma once
// How a request is signed in OAuth 1.0a: RFC 5849 section 3.4. Pure functions, safe to call from
// any thread.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "catalogue/oauth1_rules.h"
#include "crypto/private_key.h"
#include "oauth/oauth1_credentials.h"
#include "oauth/tokens.h"

namespace strongroom::oauth {

// A parameter as it is meant, not encoded. Not for secrets: a token secret is never a parameter.
struct Oauth1Parameter {
  std::string name;
  std::string value;
};
using Oauth1Parameters = std::vector<Oauth1Parameter>;

// More is not signed.
inline constexpr std::size_t kMaxSignedParameters = 1000;
inline constexpr std::size_t kMaxSignedForm = std::size_t{256} * 1024;

// Section 3.6: unreserved characters as they are, every other byte as %XX in upper case, a space as
// %20.
std::string oauth1_encode(std::string_view text);

// The parameters of a query, or of a body that is application/x-www-form-urlencoded, in their
// order; '+' is a space (section 3.4.1.3.1). Empty names, empty values and repetitions stay.
//
// Errors: kInvalidArgument: a '%' without two hexadecimal digits, more than kMaxSignedForm bytes or
// kMaxSignedParameters parameters.
Result<Oauth1Parameters> read_signed_parameters(std::string_view form);

// Section 3.4.1.1: METHOD&address&parameters. `address` is absolute, its query is
// among what is signed. `parameters` are those of the Authorization header, without its "realm",
// and those of a form body. "oauth_signature" is left out wherever it stands.
//
// Errors: kInvalidArgument at "/method": it is not 1 to 32 upper-case letters and hyphens; at
// "/url": as http::Url::parse, or its query as read_signed_parameters, or more than
// kMaxSignedParameters in all.
Result<std::string> signature_base_string(std::string_view method, std::string_view address,
                                          const Oauth1Parameters& parameters);

// What is signed with. Borrows everything for the duration of one call.
struct Oauth1Key {
  catalogue::SignatureMethod method = catalogue::SignatureMethod::kHmacSha1;
  // Of every method but RSA-SHA1, where it is nullptr.
  const ConsumerSecret* consumer_secret = nullptr;
  const crypto::PrivateKey* private_key = nullptr;  // of RSA-SHA1, and of no other
  // Of temporary or token credentials; nullptr: there are none yet. RSA-SHA1 does not use it.
  const Oauth1TokenSecret* token_secret = nullptr;
};

// "oauth_signature". Of PLAINTEXT it is made of nothing but the two secrets.
using Oauth1Signature = Secret<struct Oauth1SignatureKind>;

// Whether a signature shows the secrets to whoever sees it, so that it goes to the provider alone,
// and only through TLS.
bool shows_secrets(catalogue::SignatureMethod method);

// Sections 3.4.2 to 3.4.4, before encoding: base64, or of PLAINTEXT the two encoded secrets with an
// '&' that is always there.
//
// Errors: kInvalidArgument at "/consumer_secrets" or "/private_key": what the method needs is
// missing, empty, or something else was given; as crypto::rsa_sha1_signature.
Result<Oauth1Signature> oauth1_signature(const Oauth1Key& key, std::string_view base_string);

}  // namespace strongroom::oauth
