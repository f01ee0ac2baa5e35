#include "crypto/password_hash.h"

#include <array>
#include <cstring>

#include <sodium.h>

namespace strongroom::crypto {
namespace {

constexpr std::string_view kLetters = "0123456789abcdefghjkmnpqrstvwxyz";  // Crockford's base 32
constexpr std::size_t kGroups = 5;
constexpr std::size_t kGroupLength = 5;

// Has to be called before anything else of the library; any thread may, and often.
bool library_is_ready() {
  static const bool is_ready = sodium_init() >= 0;
  return is_ready;
}

// The library reads up to a terminating zero.
bool could_be_hash(const std::string& text) {
  return text.size() < crypto_pwhash_STRBYTES && text.find('\0') == std::string::npos;
}

}  // namespace

Result<std::string> hash_password(const Password& password, PasswordCost cost) {
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const std::string_view letters = password.reveal();
  if (!library_is_ready() ||
      crypto_pwhash_str_alg(hash.data(), letters.data(), letters.size(), cost.passes,
                            cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Error{Code::kUnavailable, "There is not enough memory to hash a password."}.with(
        "retry_after", std::int64_t{1});
  }
  return std::string(hash.data());
}

bool verify_password(const std::string& hash, const Password& password) {
  const std::string_view letters = password.reveal();
  return library_is_ready() && could_be_hash(hash) &&
         crypto_pwhash_str_verify(hash.c_str(), letters.data(), letters.size()) == 0;
}

bool needs_rehash(const std::string& hash, PasswordCost cost) {
  return !could_be_hash(hash) ||
         crypto_pwhash_str_needs_rehash(hash.c_str(), cost.passes, cost.memory_bytes) != 0;
}

// Salt and hash are all zeroes: nobody knows what has that hash.
std::string unmatched_hash(PasswordCost cost) {
  constexpr std::size_t kSaltLetters = 22;  // of 16 bytes in base 64
  constexpr std::size_t kHashLetters = 43;  // of 32 bytes
  return "$argon2id$v=19$m=" + std::to_string(cost.memory_bytes / 1024) +
         ",t=" + std::to_string(cost.passes) + ",p=1$" + std::string(kSaltLetters, 'A') + "$" +
         std::string(kHashLetters, 'A');
}

Password make_password(Random& random) {
  std::array<std::byte, kGroups * kGroupLength> bytes{};
  random.fill(bytes);
  std::string text;
  text.reserve(2 * bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0 && i % kGroupLength == 0) text += '-';
    text += kLetters[std::to_integer<unsigned>(bytes[i]) % kLetters.size()];  // 256 is 8 times 32
  }
  wipe(bytes);
  Password password(text);
  wipe(text);
  return password;
}

}  // namespace strongroom::crypto
