#include "oauth/pkce.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "crypto/digest.h"

namespace strongroom::oauth {
namespace {

constexpr std::size_t kEntropyBytes = 32;  // base64url makes exactly kMinLength characters of them

// RFC 3986 section 2.3.
constexpr bool is_unreserved(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

}  // namespace

CodeVerifier CodeVerifier::generate(crypto::Random& random) {
  std::array<std::byte, kEntropyBytes> entropy{};
  random.fill(entropy);
  std::string text = crypto::base64url(entropy);
  CodeVerifier verifier{CodeVerifierText(text)};
  wipe(text);
  wipe(entropy);
  return verifier;
}

Result<CodeVerifier> CodeVerifier::parse(CodeVerifierText text) {
  const std::string_view letters = text.reveal();
  if (letters.size() < kMinLength || letters.size() > kMaxLength) {
    return Error{Code::kInvalidArgument, "A PKCE verifier has 43 to 128 characters.",
                 "length " + std::to_string(letters.size())};
  }
  if (!std::ranges::all_of(letters, is_unreserved)) {
    return Error{Code::kInvalidArgument, "A PKCE verifier has a character that RFC 7636 forbids."};
  }
  return CodeVerifier(std::move(text));
}

std::string CodeVerifier::s256_challenge() const {
  return crypto::base64url(crypto::sha256(text_.reveal()));
}

}  // namespace strongroom::oauth
