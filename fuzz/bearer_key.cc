// bearer_key_hash, and the other texts that stand for bytes: hexadecimal, base64url, UUIDs.
#include "crypto/bearer_key.h"

#include <span>
#include <string>

#include "base/uuid.h"
#include "crypto/digest.h"
#include "crypto/testing/counting_random.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

constexpr std::size_t kMadeOf = 43 + 6;  // behind the prefix

void check_hash(std::string_view text) {
  for (const std::string_view prefix : {crypto::kRobotKeyPrefix, crypto::kUserKeyPrefix}) {
    const auto hash = crypto::bearer_key_hash(prefix, text);
    if (!hash) continue;
    require(text.starts_with(prefix) && text.size() == prefix.size() + kMadeOf,
            "a key has its prefix and length");
    require(*hash == crypto::sha256(text), "the hash is that of the whole key");
  }
}

// A real key with one character changed is none.
void check_changed(Input input) {
  static const std::string real = [] {
    crypto::CountingRandom random;
    const crypto::BearerKey made = crypto::make_bearer_key(crypto::kRobotKeyPrefix, random);
    return std::string(made.reveal());
  }();
  std::string key = real;
  key[input.byte() % key.size()] = static_cast<char>(input.byte());
  require(crypto::bearer_key_hash(crypto::kRobotKeyPrefix, key).has_value() == (key == real),
          "a changed key is refused, the real one is not");
  key = real;
  key.insert(input.byte() % key.size(), 1, static_cast<char>(input.byte()));
  require(!crypto::bearer_key_hash(crypto::kRobotKeyPrefix, key), "a longer key is refused");
}

void check_encodings(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  require(crypto::base64url_decode(crypto::base64url(bytes)) == text, "base64url reads back");
  require(crypto::hex_decode(crypto::hex(bytes)) == text, "hexadecimal reads back");
  if (const auto decoded = crypto::base64url_decode(text)) {
    require(crypto::base64url(std::as_bytes(std::span(*decoded))) == text,
            "no two texts of base64url stand for the same bytes");
  }
  if (const auto decoded = crypto::hex_decode(text)) {
    require(decoded->size() * 2 == text.size(), "hexadecimal has two characters a byte");
  }
  if (const auto id = Uuid::parse(text)) {
    require(text.size() == 36 && Uuid::parse(id->text()) == *id, "an id reads back");
  }
}

}  // namespace

void one_input(std::string_view input) {
  check_hash(input);
  check_changed(Input(input));
  check_encodings(input);
}

}  // namespace strongroom::fuzz
