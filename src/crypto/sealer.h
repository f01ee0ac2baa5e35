#pragma once
// Seals values so that they open only in their own place (invariant 2).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "base/uuid.h"
#include "crypto/digest.h"
#include "crypto/key_ring.h"
#include "crypto/mac_key.h"

namespace strongroom::crypto {

// The place a value lives in. All of it is authenticated with the value and none of it is stored
// with it, so a value that was moved to another row, column, project or version does not open.
struct Place {
  std::string_view table;
  Uuid row;
  std::string_view column;
  KeyScope scope;                     // the project; nil: the server
  std::int64_t generation = 0;        // goes up each time the column is written
  std::string_view destination = {};  // for credentials: the digest of where they may be sent
};

// AES-256-GCM with random 96-bit nonces. Safe to use from any thread.
class Sealer {
 public:
  // `ring` and `random` must outlive the sealer.
  Sealer(KeyRing& ring, Random& random);

  // The sealed value: format (1 byte), key id (16), nonce (12), ciphertext, tag (16). Not secret.
  //
  // Errors:
  //   kUnavailable  more nonces could not be reserved durably
  //   kNotFound     no key for place.scope
  Result<std::string> seal(const Place& place, std::string_view plaintext);

  // Errors:
  //   kCorrupt  not a sealed value, changed, or sealed for another place; or its key is not there
  template <class S>
  Result<S> open(const Place& place, std::string_view sealed) const {
    std::string plaintext;
    STRONGROOM_CHECK(open_into(place, sealed, plaintext));
    S secret{plaintext};
    wipe(plaintext);
    return secret;
  }

  // As open(), appended to `out`: the look-up path writes the token straight into the response.
  // The caller wipes `out`. On an error `out` is as before.
  Status open_into(const Place& place, std::string_view sealed, std::string& out) const;

  // The same value in the same place, sealed with the newest key of its scope. Errors: as open()
  // and seal().
  Result<std::string> reseal(const Place& place, std::string_view sealed);

  // Which key a value was sealed with; nullopt: it is no sealed value. Its 16 bytes stand behind
  // the first of the value.
  static std::optional<KeyId> key_of(std::string_view sealed);

  // HMAC-SHA-256 over `fields`, under a key derived from the server's first data key, with
  // `purpose` as the domain: the MAC of rows that are not secret but must not be forged (key
  // hashes, access rules, destinations), and the fingerprint of tokens in the audit log.
  Result<Sha256Digest> mac(std::string_view purpose, std::string_view fields) const;
  // The same for many of one purpose, on one thread; valid as long as the key ring.
  Result<MacKey::Stream> mac_stream(std::string_view purpose) const;

 private:
  KeyRing& ring_;
  Random& random_;
};

}  // namespace strongroom::crypto
