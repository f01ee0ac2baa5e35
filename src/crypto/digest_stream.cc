#include "crypto/digest_stream.h"

#include <cstdlib>

#include <openssl/evp.h>

#include "crypto/algorithms.h"

namespace strongroom::crypto {

struct Sha256Stream::Impl {
  Impl() : context(EVP_MD_CTX_new()) {
    if (context == nullptr || EVP_DigestInit_ex2(context, sha256_algorithm(), nullptr) != 1) {
      std::abort();  // out of memory; a wrong digest would be worse
    }
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { EVP_MD_CTX_free(context); }

  EVP_MD_CTX* context;
};

Sha256Stream::Sha256Stream() : impl_(std::make_unique<Impl>()) {}
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;
Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::add(std::string_view piece) {
  if (EVP_DigestUpdate(impl_->context, piece.data(), piece.size()) != 1) std::abort();
}

Sha256Digest Sha256Stream::finish() {
  Sha256Digest digest;
  auto* const out = reinterpret_cast<unsigned char*>(digest.data());
  if (EVP_DigestFinal_ex(impl_->context, out, nullptr) != 1) std::abort();
  return digest;
}

}  // namespace strongroom::crypto
