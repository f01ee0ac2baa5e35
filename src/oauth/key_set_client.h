#pragma once
// Fetches the public keys of an issuer (RFC 7517 section 5).

#include <string>

#include "crypto/jwk_set.h"
#include "http/client.h"
#include "oauth/token_failure.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {

using KeySetResult = tl::expected<crypto::JwkSet, TokenFailure>;

// The request for the set at `jwks_uri`, without where it may go: the caller adds that
// (restrict_destination).
TokenRequest key_set_request(std::string jwks_uri);

// Safe to use from any thread.
class KeySetClient {
 public:
  // `client` must outlive every request.
  explicit KeySetClient(http::Client& client) : client_(client) {}

  // Sends `request` and waits, up to ten seconds: for a worker thread, never on an event loop.
  KeySetResult read_and_wait(TokenRequest request);
  // Sends `request` for an issuer's metadata, waits likewise, and answers where its keys are
  // (jwks_uri_of in workload_issuer.h).
  tl::expected<std::string, TokenFailure> find_keys_and_wait(TokenRequest request,
                                                             const std::string& issuer);

 private:
  http::Client& client_;
};

}  // namespace strongroom::oauth
