#pragma once
// OpenSSL's algorithms, looked up once: looking one up costs more than hashing a kilobyte with it.
//
// Valid until the process ends. A library without them cannot keep a promise of this room, so it
// ends the process.

#include <openssl/types.h>

namespace strongroom::crypto {

const EVP_CIPHER* aes_256_gcm();
const EVP_MD* sha256_algorithm();
const EVP_MD* sha512_algorithm();
const EVP_MD* sha1_algorithm();  // for names that standards fixed long ago, never for security
EVP_MAC* hmac_algorithm();
EVP_KDF* hkdf_algorithm();

}  // namespace strongroom::crypto
