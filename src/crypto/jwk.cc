#include "crypto/jwk.h"

#include <array>
#include <cstdlib>
#include <optional>

#include <openssl/core_names.h>

#include "base/json.h"
#include "crypto/digest.h"
#include "crypto/openssl_ptr.h"

namespace strongroom::crypto {
namespace {

// A number of the public key, base64url, in `width` bytes or (0) in as many as it needs.
std::string number_of(const EVP_PKEY* key, const char* name, int width) {
  BIGNUM* read = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &read) != 1) std::abort();  // such a key is not admitted
  const BignumPtr number(read);
  std::array<unsigned char, PrivateKey::kMaxRsaBits / 8> bytes{};
  const int size = width == 0 ? BN_num_bytes(number.get()) : width;
  if (size > static_cast<int>(bytes.size()) ||
      BN_bn2binpad(number.get(), bytes.data(), size) != size) {
    std::abort();
  }
  return base64url(std::as_bytes(std::span(bytes)).first(static_cast<std::size_t>(size)));
}

std::string raw_public_key(const EVP_PKEY* key) {
  std::array<unsigned char, 32> bytes{};
  std::size_t size = bytes.size();
  if (EVP_PKEY_get_raw_public_key(key, bytes.data(), &size) != 1) std::abort();
  return base64url(std::as_bytes(std::span(bytes)));
}

}  // namespace

std::string public_jwk(const PrivateKey& key) {
  switch (key.type()) {
    case KeyType::kRsa:
      return R"({"e":")" + number_of(key.handle(), OSSL_PKEY_PARAM_RSA_E, 0) +
             R"(","kty":"RSA","n":")" + number_of(key.handle(), OSSL_PKEY_PARAM_RSA_N, 0) + "\"}";
    case KeyType::kP256:
      return R"({"crv":"P-256","kty":"EC","x":")" +
             number_of(key.handle(), OSSL_PKEY_PARAM_EC_PUB_X, 32) + R"(","y":")" +
             number_of(key.handle(), OSSL_PKEY_PARAM_EC_PUB_Y, 32) + "\"}";
    case KeyType::kEd25519:
      return R"({"crv":"Ed25519","kty":"OKP","x":")" + raw_public_key(key.handle()) + "\"}";
  }
  return "";
}

std::string jwk_thumbprint(const PrivateKey& key) { return base64url(sha256(public_jwk(key))); }

std::string jwks_document(std::span<const PublishedKey> keys) {
  std::string document = R"({"keys":[)";
  for (const PublishedKey& published : keys) {
    if (document.back() == '}') document += ',';
    document += public_jwk(published.key);
    document.back() = ',';  // more members follow
    document += R"("kid":)";
    append_json_string(document, published.kid);
    document += R"(,"use":"sig","alg":")";
    document += to_text(published.algorithm);
    document += "\"}";
  }
  document += "]}";
  return document;
}

}  // namespace strongroom::crypto
