#pragma once
// Digests as keys of a hash table.

#include <cstring>

#include "crypto/digest.h"

namespace strongroom::identity {

struct DigestHash {
  std::size_t operator()(const crypto::Sha256Digest& digest) const {
    std::size_t hash = 0;  // a digest's bytes are as good as random
    std::memcpy(&hash, digest.data(), sizeof(hash));
    return hash;
  }
};

inline std::string_view as_text(const crypto::Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace strongroom::identity
