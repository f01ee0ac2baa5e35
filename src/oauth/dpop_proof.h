#pragma once
// Proofs that a client has the private key which its tokens are bound to: RFC 9449.

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/private_key.h"
#include "crypto/random.h"

namespace strongroom::oauth {

// The names of the two headers (RFC 9449 sections 4.1 and 8).
inline constexpr std::string_view kDpopHeader = "DPoP";
inline constexpr std::string_view kDpopNonceHeader = "DPoP-Nonce";

// The request that a proof is for, and no other one. Borrows everything for the duration of one
// call.
struct ProvedRequest {
  std::string_view method;             // "POST", as it is sent
  std::string_view url;                // query and fragment are left out of the proof
  std::string_view nonce = {};         // that the server asked for; empty: none so far
  std::string_view access_token = {};  // that goes with it; empty: a token is only asked for
};

// Whoever has the token that is asked for with it must have the key as well. Immutable; safe from
// any thread. `random` and `clock` must outlive it.
class DpopProver {
 public:
  // `key` signs with ES256, so it is a P-256 key; anything else is refused by prove().
  DpopProver(crypto::PrivateKey key, crypto::Random& random, const Clock& clock);

  // Of the public key, as an access token names it in cnf.jkt: base64url of its SHA-256 (RFC 7638).
  const std::string& thumbprint() const { return thumbprint_; }

  // A new proof, which is good for one request: each try needs one of its own, because servers
  // remember the ids that they have seen (RFC 9449 section 11.1). `ahead`: how far the server's
  // clock is ahead of ours. It holds the public half of the key, and never another member.
  //
  // Errors: as crypto::sign().
  Result<std::string> prove(const ProvedRequest& request, Seconds ahead = Seconds{0}) const;

 private:
  const crypto::PrivateKey key_;
  crypto::Random& random_;
  const Clock& clock_;
  const std::string header_;
  const std::string thumbprint_;
};

// base64url of the token's SHA-256: the claim "ath" (RFC 9449 section 4.2).
std::string access_token_hash(std::string_view access_token);

}  // namespace strongroom::oauth
