#include "crypto/pkcs11_wrap.h"

#include <memory>
#include <span>

#include "crypto/pkcs11_module.h"
#include "crypto/pkcs11_session.h"

namespace strongroom::crypto {
namespace {

constexpr char kFormat = 1;

Error damaged() {
  return Error{Code::kCorrupt, "What the security token wrapped was changed, or by another key."};
}

// The module ends with it.
struct Opened {
  std::unique_ptr<Pkcs11Module> module;
  std::shared_ptr<Pkcs11Sitting> sitting;
};

Result<Opened> open(const WrappingKey& key) {
  Opened opened;
  STRONGROOM_TRY(opened.module, Pkcs11Module::load(key.module));
  STRONGROOM_CHECK(opened.module->begin_anew());
  STRONGROOM_TRY(opened.sitting,
                 Pkcs11Sitting::begin(opened.module->functions(), key.token, key.pin));
  return opened;
}

}  // namespace

Result<std::string> wrap_by_token(const WrappingKey& key, Random& random,
                                  std::string_view plaintext) {
  STRONGROOM_TRY(const Opened opened, open(key));
  std::string wrapped(1 + Pkcs11Sitting::kNonceBytes, '\0');
  random.fill(std::as_writable_bytes(std::span(wrapped)));
  wrapped.front() = kFormat;
  STRONGROOM_TRY(const std::string sealed,
                 opened.sitting->crypt(Pkcs11Sitting::Way::kSeal, key.label,
                                       std::string_view(wrapped).substr(1), plaintext));
  return wrapped + sealed;
}

Result<SecretBytes> unwrap_by_token(const WrappingKey& key, std::string_view wrapped) {
  constexpr std::size_t kHead = 1 + Pkcs11Sitting::kNonceBytes;
  if (wrapped.size() <= kHead || wrapped.front() != kFormat) return damaged();
  STRONGROOM_TRY(const Opened opened, open(key));
  auto plaintext =
      opened.sitting->crypt(Pkcs11Sitting::Way::kOpen, key.label,
                            wrapped.substr(1, Pkcs11Sitting::kNonceBytes), wrapped.substr(kHead));
  if (!plaintext) {
    return plaintext.error().code == Code::kCorrupt ? damaged() : std::move(plaintext).error();
  }
  SecretBytes secret(*plaintext);
  wipe(*plaintext);
  return secret;
}

}  // namespace strongroom::crypto
