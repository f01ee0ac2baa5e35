#pragma once
// The Authorization header of a request that is signed with OAuth 1.0a: RFC 5849 sections 3.1, 3.3
// and 3.5.1.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/random.h"
#include "http/client.h"
#include "oauth/oauth1_signature.h"

namespace strongroom::oauth {

// One use, and no other: each request, each retry too, needs its own.
struct Oauth1Stamp {
  std::string nonce;           // 24 letters and digits: many servers take 20 to 30
  std::int64_t timestamp = 0;  // seconds since 1970 by the provider's clock
};

// `skew`: how far the provider's clock is ahead of ours; zero where that is not known.
//
// Errors: kInvalidArgument: the two make a time before 1970, which no timestamp can say.
Result<Oauth1Stamp> new_stamp(crypto::Random& random, WallTime now, Seconds skew = Seconds{0});

// Who signs, and as whom. Borrows everything for the duration of one call.
struct Oauth1Signer {
  std::string_view consumer_key;
  catalogue::SignatureMethod method = catalogue::SignatureMethod::kHmacSha1;
  const ConsumerSecret* consumer_secret = nullptr;  // of every method but RSA-SHA1
  const crypto::PrivateKey* private_key = nullptr;  // of RSA-SHA1
  const Oauth1Credentials* credentials = nullptr;   // nullptr: there are none yet
  std::string_view realm = {};                      // sent and never signed; empty: none
};

// What is signed.
struct Oauth1Request {
  std::string_view method;   // "GET"
  std::string_view address;  // absolute, with its query
  // The body, if its one Content-Type is application/x-www-form-urlencoded; empty otherwise.
  std::string_view form = {};
  std::string_view callback = {};            // of a request for temporary credentials
  const Oauth1Verifier* verifier = nullptr;  // of a request for token credentials
};

// The whole line, "Authorization: OAuth realm=…, oauth_consumer_key=…". No secret is in it, but
// with PLAINTEXT, whose signature is nothing else: see shows_secrets().
//
// Errors, all kInvalidArgument:
//   as signature_base_string, read_signed_parameters (at "/form") and oauth1_signature
//   at "/consumer_key"  as check_oauth1_consumer_key
//   at "/url"           PLAINTEXT to an address without TLS
//   at "/url", "/form"  a parameter's name begins with "oauth_": it would be said twice (section
//                       3.5)
//   at "/realm"         a quote, a backslash, or other than printable ASCII characters
Result<http::SecretHeader> oauth1_authorization(const Oauth1Signer& signer,
                                                const Oauth1Request& request,
                                                const Oauth1Stamp& stamp);

// Errors: kInvalidArgument at "/consumer_key": empty, longer than 2,048 bytes, or with other than
// printable ASCII characters.
Status check_oauth1_consumer_key(std::string_view consumer_key);

}  // namespace strongroom::oauth
