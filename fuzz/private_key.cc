// PrivateKey::parse: a file that somebody pasted. The first line is the password, the rest the
// file. What was taken is a key of the kinds we use, is stored and opened as the same, and signs.
#include "crypto/private_key.h"

#include <string>

#include "crypto/jwk.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

using crypto::KeyType;
using crypto::PrivateKey;

bool has_sound_size(const PrivateKey& key) {
  if (key.type() != KeyType::kRsa) return key.bits() == 256;
  return key.bits() >= PrivateKey::kMinRsaBits && key.bits() <= PrivateKey::kMaxRsaBits;
}

void check_key(const PrivateKey& key) {
  require(has_sound_size(key), "a key has a size that is safe and costs no undue time");
  const crypto::PrivateKeyDer stored = key.der();
  const auto opened = PrivateKey::open(stored);
  require(opened.has_value(), "a key that was taken can be stored and opened");
  require(crypto::public_jwk(*opened) == crypto::public_jwk(key), "it is the same key");
  const auto again = PrivateKey::parse(stored.reveal(), crypto::KeyPassword(""));
  require(again.has_value(), "what is stored is a file that would be taken");
  for (const crypto::SignatureAlgorithm algorithm : crypto::algorithms_of(key.type())) {
    require(crypto::sign(key, algorithm, "text").has_value(), "a key that was taken signs");
  }
}

}  // namespace

void one_input(std::string_view input) {
  Input rest(input);
  const crypto::KeyPassword password(rest.line());
  const auto key = PrivateKey::parse(rest.rest(), password);
  if (key) return check_key(*key);
  require(key.error().code == Code::kInvalidArgument, "a bad file is an invalid argument");
  require(key.error().detail.empty(), "nothing of a file is in the log");
}

}  // namespace strongroom::fuzz
