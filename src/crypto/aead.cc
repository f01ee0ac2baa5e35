#include "crypto/aead.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <openssl/evp.h>

#include "base/secret.h"
#include "crypto/algorithms.h"
#include "crypto/context_pool.h"

namespace strongroom::crypto {
namespace {

using CipherPool = ContextPool<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_at(std::string& text, std::size_t offset) {
  return reinterpret_cast<unsigned char*>(text.data()) + offset;
}

// Every call into OpenSSL costs more than the few bytes that it is given here.
constexpr std::size_t kSmallAssociated = 512;

bool add_associated(EVP_CIPHER_CTX* context, std::string_view text) {
  int size = 0;
  return text.empty() ||
         (text.size() <= AeadKey::kMaxText && EVP_CipherUpdate(context, nullptr, &size, bytes(text),
                                                               static_cast<int>(text.size())) == 1);
}

bool add_all_associated(EVP_CIPHER_CTX* context, AeadKey::Associated associated) {
  std::array<char, kSmallAssociated> together;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  std::size_t used = 0;
  for (const std::string_view text : associated) {
    if (text.size() > together.size() - used) {
      return std::ranges::all_of(
          associated, [&](std::string_view piece) { return add_associated(context, piece); });
    }
    std::copy(text.begin(), text.end(), together.begin() + static_cast<std::ptrdiff_t>(used));
    used += text.size();
  }
  return add_associated(context, {together.data(), used});
}

bool start(EVP_CIPHER_CTX* context, const AeadKey::Nonce& nonce, AeadKey::Associated associated,
           int encrypt) {
  const auto* const iv = reinterpret_cast<const unsigned char*>(nonce.data());
  if (context == nullptr ||
      EVP_CipherInit_ex2(context, nullptr, nullptr, iv, encrypt, nullptr) != 1) {
    return false;
  }
  return add_all_associated(context, associated);
}

// GCM is a stream: every byte in gives one byte out, and the end adds none.
bool run(EVP_CIPHER_CTX* context, std::string_view in, unsigned char* out) {
  int size = 0;
  if (in.empty()) return true;
  return EVP_CipherUpdate(context, out, &size, bytes(in), static_cast<int>(in.size())) == 1;
}

bool finish(EVP_CIPHER_CTX* context) {
  unsigned char none[EVP_MAX_BLOCK_LENGTH];
  int size = 0;
  return EVP_CipherFinal_ex(context, none, &size) == 1;
}

}  // namespace

struct AeadKey::Impl {
  explicit Impl(std::string_view the_key) : key(the_key) {}

  CipherPool::Lease take() {
    return pool.take([this] {
      EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
      if (context == nullptr ||
          EVP_CipherInit_ex2(context, aes_256_gcm(), bytes(key.view()), nullptr, 1, nullptr) != 1) {
        std::abort();  // out of memory
      }
      return context;
    });
  }

  const SecretBytes key;  // for the context of a further thread
  CipherPool pool;
};

AeadKey::AeadKey(std::span<const std::byte, kKeySize> key)
    : impl_(std::make_unique<Impl>(
          std::string_view(reinterpret_cast<const char*>(key.data()), key.size()))) {}

AeadKey::AeadKey(AeadKey&&) noexcept = default;

AeadKey::~AeadKey() = default;

Status AeadKey::seal(const Nonce& nonce, Associated associated, std::string_view plaintext,
                     std::string& out) const {
  if (plaintext.size() > kMaxText) {
    return Error{Code::kInvalidArgument, "The value is too long to be stored."};
  }
  const std::size_t before = out.size();
  out.resize(before + plaintext.size() + kTagSize);
  const auto context = impl_->take();
  unsigned char* const tag = bytes_at(out, before + plaintext.size());
  if (!start(context.get(), nonce, associated, 1) ||
      !run(context.get(), plaintext, bytes_at(out, before)) || !finish(context.get()) ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, int{kTagSize}, tag) != 1) {
    out.resize(before);
    return Error{Code::kInternal, "A value could not be encrypted."};
  }
  return {};
}

Status AeadKey::open(const Nonce& nonce, Associated associated, std::string_view ciphertext_and_tag,
                     std::string& out) const {
  const Error corrupt{Code::kCorrupt, "A stored value is damaged or in the wrong place."};
  if (ciphertext_and_tag.size() < kTagSize || ciphertext_and_tag.size() > kMaxText) return corrupt;
  const std::size_t size = ciphertext_and_tag.size() - kTagSize;
  const std::size_t before = out.size();
  out.resize(before + size);
  auto* const tag = const_cast<char*>(ciphertext_and_tag.data() + size);  // OpenSSL only reads it
  const auto context = impl_->take();
  const bool opened =
      start(context.get(), nonce, associated, 0) &&
      run(context.get(), ciphertext_and_tag.substr(0, size), bytes_at(out, before)) &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, int{kTagSize}, tag) == 1 &&
      finish(context.get());
  if (opened) return {};
  wipe(std::as_writable_bytes(std::span(out).subspan(before)));  // decrypted, but not authentic
  out.resize(before);
  return corrupt;
}

}  // namespace strongroom::crypto
