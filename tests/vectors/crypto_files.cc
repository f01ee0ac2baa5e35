// AEAD, MAC, key derivation and signatures.
#include <algorithm>
#include <cstring>
#include <span>

#include "crypto/aead.h"
#include "crypto/digest.h"
#include "crypto/mac_key.h"
#include "crypto/testing/jose.h"
#include "tests/vectors/report.h"

namespace strongroom::vectors {
namespace {

namespace json = boost::json;

using crypto::SignatureAlgorithm;
using crypto::VerifyingKey;

std::string_view view(const crypto::Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// Sealing gives what is printed, and opening it gives the message.
bool seals_and_opens(const json::object& test) {
  const std::string key_bytes = bytes(test, "key");
  const crypto::AeadKey key(std::as_bytes(std::span(key_bytes)).first<crypto::AeadKey::kKeySize>());
  crypto::AeadKey::Nonce nonce;
  const std::string iv = bytes(test, "iv");
  std::memcpy(nonce.data(), iv.data(), nonce.size());
  const std::string aad = bytes(test, "aad");
  const std::string_view associated[] = {aad};
  const std::string message = bytes(test, "msg");
  const std::string expected = bytes(test, "ct") + bytes(test, "tag");
  std::string sealed;
  std::string opened;
  return key.open(nonce, associated, expected, opened).has_value() && opened == message &&
         key.seal(nonce, associated, message, sealed).has_value() && sealed == expected;
}

void aes_gcm(const json::object& group, Report& report) {
  const bool ours = group.at("keySize").as_int64() == 256 && group.at("ivSize").as_int64() == 96 &&
                    group.at("tagSize").as_int64() == 128;
  for (const json::value& test : group.at("tests").as_array()) {
    if (ours) {
      report.ran(test.as_object(), seals_and_opens(test.as_object()));
    } else {
      report.does_not_apply("with another size of key or nonce than 256 and 96 bits");
    }
  }
}

// A shorter tag is the beginning of ours.
void hmac(const json::object& group, Report& report) {
  const auto size = static_cast<std::size_t>(group.at("tagSize").as_int64() / 8);
  for (const json::value& value : group.at("tests").as_array()) {
    const json::object& test = value.as_object();
    const auto mac = crypto::hmac_sha256(bytes(test, "key"), bytes(test, "msg"));
    report.ran(test, view(mac).substr(0, size) == bytes(test, "tag"));
  }
}

// Extract is HMAC with the salt as its key (RFC 5869 section 2.2); expand is our own.
void hkdf(const json::object& group, Report& report) {
  for (const json::value& value : group.at("tests").as_array()) {
    const json::object& test = value.as_object();
    const auto size = static_cast<std::size_t>(test.at("size").as_int64());
    if (size > 32) {
      report.does_not_apply("longer than 32 bytes");
      continue;
    }
    const auto extracted = crypto::hmac_sha256(bytes(test, "salt"), bytes(test, "ikm"));
    const auto derived = crypto::hkdf_expand(view(extracted), bytes(test, "info"));
    report.ran(test, view(derived).substr(0, size) == bytes(test, "okm"));
  }
}

RunGroup signatures(SignatureAlgorithm algorithm) {
  return [algorithm](const json::object& group, Report& report) {
    const auto key = VerifyingKey::from_spki(bytes(group, "publicKeyDer"));
    for (const json::value& value : group.at("tests").as_array()) {
      const json::object& test = value.as_object();
      report.ran(test, key && key->verify(algorithm, bytes(test, "msg"), bytes(test, "sig")));
    }
  };
}

}  // namespace

const std::map<std::string, RunGroup, std::less<>>& crypto_files() {
  static const std::map<std::string, RunGroup, std::less<>> files = {
      {"aes_gcm_test.json", aes_gcm},
      {"ecdsa_secp256r1_sha256_p1363_test.json", signatures(SignatureAlgorithm::kEs256)},
      {"ed25519_test.json", signatures(SignatureAlgorithm::kEdDsa)},
      {"hkdf_sha256_test.json", hkdf},
      {"hmac_sha256_test.json", hmac},
      {"rsa_pss_2048_sha256_mgf1_32_test.json", signatures(SignatureAlgorithm::kPs256)},
      {"rsa_signature_2048_sha256_test.json", signatures(SignatureAlgorithm::kRs256)},
  };
  return files;
}

}  // namespace strongroom::vectors
