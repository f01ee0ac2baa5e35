#include "crypto/rsa_sha1.h"

#include <cstddef>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "crypto/algorithms.h"
#include "crypto/openssl_ptr.h"

namespace strongroom::crypto {

Result<std::string> rsa_sha1_signature(const PrivateKey& key, std::string_view text) {
  if (key.type() != KeyType::kRsa || key.is_in_token()) {
    return Error{Code::kInvalidArgument,
                 "RSA-SHA1 needs an RSA key, and one that is not in a security token."};
  }
  const DigestContextPtr context(EVP_MD_CTX_new());
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key.handle())), '\0');
  std::size_t size = signature.size();
  if (!context ||
      EVP_DigestSignInit(context.get(), nullptr, sha1_algorithm(), nullptr, key.handle()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1) {
    ERR_clear_error();
    return Error{Code::kInternal, "A text could not be signed."};
  }
  signature.resize(size);
  return signature;
}

}  // namespace strongroom::crypto
