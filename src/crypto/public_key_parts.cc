#include "crypto/public_key_parts.h"

#include <memory>

#include <openssl/core_names.h>
#include <openssl/param_build.h>

namespace strongroom::crypto {
namespace {

using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, OpensslFree<OSSL_PARAM_BLD_free>>;
using ParametersPtr = std::unique_ptr<OSSL_PARAM, OpensslFree<OSSL_PARAM_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, OpensslFree<EVP_PKEY_CTX_free>>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

BignumPtr number(std::string_view big_endian) {
  return BignumPtr(BN_bin2bn(bytes(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

EvpKeyPtr key_from(const char* type, OSSL_PARAM_BLD* builder) {
  const ParametersPtr parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return EvpKeyPtr(key);
}

}  // namespace

EvpKeyPtr rsa_public_key(std::string_view modulus, std::string_view exponent) {
  const BignumPtr n = number(modulus);
  const BignumPtr e = number(exponent);
  const BuilderPtr builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return nullptr;
  }
  return key_from("RSA", builder.get());
}

EvpKeyPtr p256_public_key(std::string_view uncompressed_point) {
  const BuilderPtr builder(OSSL_PARAM_BLD_new());
  if (uncompressed_point.size() != kP256PointBytes || !builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                       uncompressed_point.data(), uncompressed_point.size()) != 1) {
    return nullptr;
  }
  return key_from("EC", builder.get());
}

EvpKeyPtr ed25519_public_key(std::string_view raw) {
  if (raw.size() != kEd25519Bytes) return nullptr;
  return EvpKeyPtr(
      EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, bytes(raw), raw.size()));
}

}  // namespace strongroom::crypto
