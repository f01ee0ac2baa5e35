#include "crypto/algorithms.h"

#include <cstdlib>

#include <openssl/evp.h>
#include <openssl/kdf.h>

namespace strongroom::crypto {
namespace {

template <class T>
T* present(T* algorithm) {
  if (algorithm == nullptr) std::abort();
  return algorithm;
}

}  // namespace

const EVP_CIPHER* aes_256_gcm() {
  static const EVP_CIPHER* const cipher =
      present(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  return cipher;
}

const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const digest = present(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  return digest;
}

const EVP_MD* sha512_algorithm() {
  static const EVP_MD* const digest = present(EVP_MD_fetch(nullptr, "SHA512", nullptr));
  return digest;
}

const EVP_MD* sha1_algorithm() {
  static const EVP_MD* const digest = present(EVP_MD_fetch(nullptr, "SHA1", nullptr));
  return digest;
}

EVP_MAC* hmac_algorithm() {
  static EVP_MAC* const mac = present(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  return mac;
}

EVP_KDF* hkdf_algorithm() {
  static EVP_KDF* const kdf = present(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  return kdf;
}

}  // namespace strongroom::crypto
