#pragma once
// PKCE, the client's half: RFC 7636, method S256.
//
// With a person's browser a provider gets a hash of a fresh random text. When the browser is back
// with a code, the text itself goes along with it. Who stole the code on its way saw the hash, not
// the text.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"

namespace strongroom::oauth {

using CodeVerifierText = Secret<struct CodeVerifierKind>;

// A code_verifier that is known to be well-formed. It belongs to one flow and is used once.
// Immutable, so threads may share it. Movable, not copyable.
class CodeVerifier {
 public:
  static constexpr std::size_t kMinLength = 43;   // characters; RFC 7636 section 4.1
  static constexpr std::size_t kMaxLength = 128;  // characters; RFC 7636 section 4.1

  // The code_challenge_method that goes with s256_challenge(). "plain" is not offered: it would put
  // the verifier itself into the browser's address (A-042; RFC 9700 section 2.1.1).
  static constexpr std::string_view kMethod = "S256";

  // A new one of 43 characters, from 256 bits of `random` (RFC 7636 section 7.1).
  static CodeVerifier generate(crypto::Random& random);

  // Takes back one that was kept, sealed, with its flow.
  //
  // Errors: kInvalidArgument: not 43 to 128 characters, or one that RFC 7636 section 4.1 does not
  // allow.
  static Result<CodeVerifier> parse(CodeVerifierText text);

  // BASE64URL(SHA256(ASCII(verifier))), 43 characters (RFC 7636 section 4.2). Not a secret.
  std::string s256_challenge() const;

  // For code_verifier of the token request (RFC 7636 section 4.5), and for sealing. Valid while
  // *this lives.
  const CodeVerifierText& text() const { return text_; }

 private:
  explicit CodeVerifier(CodeVerifierText text) : text_(std::move(text)) {}

  CodeVerifierText text_;
};

}  // namespace strongroom::oauth
