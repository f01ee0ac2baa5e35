#pragma once
// Signed statements of where the chain stood: whoever can write to the disk can compute a new
// chain, but not sign for it.
//
// A checkpoint is a JSON Web Signature in its compact form (RFC 7515, EdDSA with Ed25519 as RFC
// 8037 has it), so that anybody can check one with tools of their own. Its payload:
//
//   {"server":"…","public_key":"…","sequence":1000,"hash":"…","at":"2026-11-26T15:00:00.000Z"}

#include <memory>
#include <string>
#include <string_view>

#include "audit/chain.h"
#include "base/clock.h"
#include "base/result.h"
#include "crypto/digest.h"
#include "crypto/private_key.h"

namespace strongroom::audit {

struct Checkpoint {
  std::string server;      // 32 hexadecimal characters, of the key that signed it
  std::string public_key;  // that key, 43 characters of base64url
  Head head;
  std::string at;  // RFC 3339, by the clock of the server
};

// What a server signs its checkpoints with. Safe to use from any thread.
class CheckpointKey {
 public:
  // `seed` is the private key (RFC 8032 section 5.1.5); the caller wipes it. Errors: kInternal.
  static Result<CheckpointKey> from_seed(const crypto::Sha256Digest& seed);

  // Errors: kInternal.
  Result<std::string> sign(const Head& head, WallTime at) const;
  const std::string& public_key() const { return public_key_; }
  const std::string& server() const { return server_; }

 private:
  explicit CheckpointKey(crypto::PrivateKey key);

  crypto::PrivateKey key_;
  std::string public_key_;
  std::string server_;
};

// What `text` says, if the key that it names signed it. Whether that is the right key is for the
// caller to say. Errors: kCorrupt, it is no checkpoint, or was changed.
Result<Checkpoint> read_checkpoint(std::string_view text);

// Whether a text is a public key as checkpoints name them.
bool is_public_key(std::string_view text);

}  // namespace strongroom::audit
