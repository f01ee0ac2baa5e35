#include "crypto/mac_key.h"

#include <cstdlib>
#include <string>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "base/secret.h"
#include "crypto/algorithms.h"
#include "crypto/context_pool.h"

namespace strongroom::crypto {
namespace {

using MacPool = ContextPool<EVP_MAC_CTX, EVP_MAC_CTX_free>;

// OpenSSL takes names and keys as pointers to what it does not change.
char* sha256_name() {
  static char name[] = "SHA256";
  return name;
}
unsigned char* mutable_bytes(std::string_view text) {
  return reinterpret_cast<unsigned char*>(const_cast<char*>(text.data()));
}

EVP_MAC_CTX* keyed_context(std::string_view key) {
  EVP_MAC_CTX* const context = EVP_MAC_CTX_new(hmac_algorithm());
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, sha256_name(), 0),
      OSSL_PARAM_construct_end()};
  static constexpr char kEmpty[] = "";  // to OpenSSL a null pointer is "the same key as before"
  const char* const start = key.empty() ? kEmpty : key.data();
  if (context == nullptr || EVP_MAC_init(context, reinterpret_cast<const unsigned char*>(start),
                                         key.size(), parameters) != 1) {
    std::abort();  // out of memory
  }
  return context;
}

// `context` has its key.
Sha256Digest mac_with(EVP_MAC_CTX* context, std::string_view text) {
  Sha256Digest digest;
  std::size_t size = 0;
  if (context == nullptr || EVP_MAC_init(context, nullptr, 0, nullptr) != 1 ||
      EVP_MAC_update(context, mutable_bytes(text), text.size()) != 1 ||
      EVP_MAC_final(context, reinterpret_cast<unsigned char*>(digest.data()), &size,
                    digest.size()) != 1) {
    std::abort();  // out of memory; a wrong MAC would be worse
  }
  return digest;
}

}  // namespace

struct MacKey::Impl {
  explicit Impl(std::string_view key) : original(keyed_context(key)) {}
  MacPool::Owned original;  // copied when a further thread needs a context
  MacPool pool;
};

MacKey::MacKey(std::string_view key) : impl_(std::make_unique<Impl>(key)) {}

MacKey::~MacKey() = default;

Sha256Digest MacKey::mac(std::string_view text) const {
  const auto context = impl_->pool.take([&] { return EVP_MAC_CTX_dup(impl_->original.get()); });
  return mac_with(context.get(), text);
}

struct MacKey::Stream::Impl {
  MacPool::Owned context;
};

MacKey::Stream::Stream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MacKey::Stream::Stream(Stream&&) noexcept = default;
MacKey::Stream::~Stream() = default;

Sha256Digest MacKey::Stream::mac(std::string_view text) {
  return mac_with(impl_->context.get(), text);
}

MacKey::Stream MacKey::stream() const {
  return Stream(std::make_unique<Stream::Impl>(
      Stream::Impl{MacPool::Owned(EVP_MAC_CTX_dup(impl_->original.get()))}));
}

Sha256Digest hkdf_expand(std::string_view key, std::string_view info) {
  int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, sha256_name(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, mutable_bytes(key), key.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, mutable_bytes(info), info.size()),
      OSSL_PARAM_construct_end()};
  Sha256Digest derived;
  EVP_KDF_CTX* const context = EVP_KDF_CTX_new(hkdf_algorithm());
  if (context == nullptr ||
      EVP_KDF_derive(context, reinterpret_cast<unsigned char*>(derived.data()), derived.size(),
                     parameters) != 1) {
    std::abort();  // out of memory, or no key at all
  }
  EVP_KDF_CTX_free(context);
  return derived;
}

}  // namespace strongroom::crypto
