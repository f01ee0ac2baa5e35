#include "vault/secret_content.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/base64.h"
#include "base/unicode.h"
#include "crypto/pem_bundle.h"
#include "crypto/pkcs12.h"

namespace strongroom::vault {
namespace {

constexpr std::size_t kMaxPasswordBytes = 4096;
constexpr std::string_view kPemBegin = "-----BEGIN ";

using FileBytes = Secret<struct SecretFileBytesKind>;

Error refused(LiteralText message, std::string field = "/value") {
  return Error{Code::kInvalidArgument, message}.at(std::move(field));
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

bool is_of_a_line(char c) { return c == '\n' || c == '\r' || c == '\t'; }

Status check_word(std::string_view value) {
  if (value.size() > kMaxPasswordBytes) return refused("The value is longer than 4,096 bytes.");
  constexpr std::string_view kBlank = " \t\r\n";
  if (kBlank.find(value.front()) != std::string_view::npos ||
      kBlank.find(value.back()) != std::string_view::npos) {
    return refused("The value has white space or a line break around it: paste it without.");
  }
  if (std::ranges::any_of(value, is_control)) return refused("The value has a control character.");
  return {};
}

Status check_text(std::string_view value) {
  const auto forbidden = [](char c) { return is_control(c) && !is_of_a_line(c); };
  if (std::ranges::any_of(value, forbidden)) return refused("The value has a control character.");
  return {};
}

// PEM as it is; anything else is PKCS#12 in base64, whose parser says what it is otherwise.
Result<crypto::KeyAndCertificate> open_file(std::string_view text,
                                            const crypto::KeyPassword& password) {
  if (text.find(kPemBegin) != std::string_view::npos) {
    return crypto::open_pem_bundle(text, password);
  }
  auto decoded = base64_decode(text);
  if (!decoded) {
    return refused("This is neither PEM nor PKCS#12 in base64.");
  }
  const FileBytes file(*decoded);
  wipe(*decoded);
  return crypto::open_pkcs12(file.reveal(), password);
}

Result<SecretContent> read_certificate(const NewSecretValue& entered, WallTime now) {
  const crypto::KeyPassword password(entered.passphrase.reveal());
  auto opened = open_file(entered.value.reveal(), password);
  if (!opened) return std::move(opened).error().at("/value");
  const WallTime not_after = opened->certificate.not_after();
  if (not_after <= now) return refused("The certificate has expired.");
  STRONGROOM_TRY(const crypto::PemBundle bundle, crypto::to_pem_bundle(*opened));
  return SecretContent{SecretValue(bundle.reveal()), not_after, opened->certificate.subject(),
                       not_after};
}

}  // namespace

Result<SecretContent> read_secret_content(SecretKind kind, const NewSecretValue& entered,
                                          WallTime now) {
  const std::string_view value = entered.value.reveal();
  if (value.empty()) return refused("The value is empty.");
  if (value.size() > kMaxSecretValueBytes) return refused("The value is longer than 64 KiB.");
  if (!is_utf8(value)) return refused("The value is not valid UTF-8.");
  if (kind == SecretKind::kCertificate) {
    if (entered.expires_on) {
      return refused("A certificate says itself when it expires.", "/expires_on");
    }
    return read_certificate(entered, now);
  }
  if (!entered.passphrase.reveal().empty()) {
    return refused("Only certificates have a passphrase.", "/passphrase");
  }
  STRONGROOM_CHECK(kind == SecretKind::kText ? check_text(value) : check_word(value));
  return SecretContent{entered.value.clone(), entered.expires_on, {}, {}};
}

}  // namespace strongroom::vault
