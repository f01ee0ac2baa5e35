#pragma once
// Keys for tests that seal things: a server key and the key of one project, ready to use.

#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>

#include "crypto/key_ring.h"
#include "crypto/sealer.h"
#include "crypto/testing/counting_random.h"

namespace strongroom::crypto {

// The root key that tests wrap data keys with.
inline RootKey test_root_key() { return RootKey(std::string(32, 'r')); }

// Neither copied nor moved: the sealer refers to the ring. What was reserved is in `reserved`.
class TestVaultKeys {
 public:
  TestVaultKeys() {
    ring.set_reserve([this](KeyId id, std::int64_t seals) {
      reserved[id] = seals;
      return Status();
    });
    server_key = add(1, KeyScope{});
    project_key = add(2, project);
  }
  TestVaultKeys(const TestVaultKeys&) = delete;
  TestVaultKeys& operator=(const TestVaultKeys&) = delete;

  // Makes key number `number` for `scope`, and puts it to use.
  WrappedKey add(unsigned char number, KeyScope scope) {
    KeyId id;
    id.uuid.bytes.back() = std::byte{number};
    const Result<WrappedKey> key = ring.make(id, scope);
    if (!key.has_value() || !ring.install(*key).has_value()) std::abort();
    return *key;
  }

  const KeyScope project = *Uuid::parse("00000000-0000-7000-8000-0000000000aa");

  CountingRandom random;
  std::map<KeyId, std::int64_t> reserved;
  KeyRing ring{test_root_key(), random};
  Sealer sealer{ring, random};
  WrappedKey server_key;
  WrappedKey project_key;
};

}  // namespace strongroom::crypto
