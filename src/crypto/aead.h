#pragma once
// AES-256-GCM (NIST SP 800-38D) under one key: the machine; sealer.h has the meaning.

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace strongroom::crypto {

// Wiped when it dies. Safe to use from any thread.
class AeadKey {
 public:
  static constexpr std::size_t kKeySize = 32;
  static constexpr std::size_t kTagSize = 16;
  static constexpr std::size_t kMaxText = std::size_t{1} << 30;  // OpenSSL counts in int

  using Nonce = std::array<std::byte, 12>;
  // Authenticated one after the other as one text: the caller sees to it that it can be read in one
  // way only.
  using Associated = std::span<const std::string_view>;

  explicit AeadKey(std::span<const std::byte, kKeySize> key);  // the caller wipes its copy
  AeadKey(AeadKey&&) noexcept;
  ~AeadKey();

  // Appends ciphertext and tag to `out`. A nonce must never be used twice with one key.
  // Errors: kInvalidArgument, `plaintext` is longer than kMaxText.
  Status seal(const Nonce& nonce, Associated associated, std::string_view plaintext,
              std::string& out) const;

  // Appends the plaintext to `out`, in place. On an error `out` is as before.
  // Errors: kCorrupt, this is not what seal() made of this nonce and these associated data.
  Status open(const Nonce& nonce, Associated associated, std::string_view ciphertext_and_tag,
              std::string& out) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace strongroom::crypto
