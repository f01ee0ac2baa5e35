#pragma once
// A digest of what comes in pieces.

#include <memory>
#include <string_view>

#include "crypto/digest.h"

namespace strongroom::crypto {

// SHA-256 (FIPS 180-4). Used by one thread.
class Sha256Stream {
 public:
  Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;
  ~Sha256Stream();

  void add(std::string_view piece);
  // Of all that was added. Nothing may be added afterwards.
  Sha256Digest finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace strongroom::crypto
