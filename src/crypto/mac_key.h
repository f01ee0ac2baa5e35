#pragma once
// A key for HMAC-SHA-256, set up once and used often; and keys made from keys.

#include <memory>
#include <string_view>

#include "crypto/digest.h"

namespace strongroom::crypto {

// HMAC-SHA-256 (RFC 2104). Wiped when it dies. Safe to use from any thread.
class MacKey {
 public:
  explicit MacKey(std::string_view key);  // of any length; the caller wipes its copy
  ~MacKey();

  Sha256Digest mac(std::string_view text) const;

  // For one thread that makes many: shares nothing with others, so nobody waits for anybody.
  class Stream {
   public:
    Sha256Digest mac(std::string_view text);

    struct Impl;
    explicit Stream(std::unique_ptr<Impl> impl);
    Stream(Stream&&) noexcept;
    ~Stream();

   private:
    std::unique_ptr<Impl> impl_;
  };
  Stream stream() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// HKDF-Expand with SHA-256 (RFC 5869 section 2.3): 32 bytes that depend on all of `key` and `info`
// and tell nothing about either. `key` must be uniformly random, which makes the extract step
// unnecessary (section 3.3). The caller wipes the result.
Sha256Digest hkdf_expand(std::string_view key, std::string_view info);

}  // namespace strongroom::crypto
