#include "oauth/flow_secrets.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/ascii.h"
#include "crypto/encoding.h"
#include "crypto/equal.h"

namespace strongroom::oauth {
namespace {

template <class Kind>
Secret<Kind> generate(crypto::Random& random) {
  std::array<std::byte, 32> entropy{};
  random.fill(entropy);
  std::string text = crypto::base64url(entropy);
  Secret<Kind> secret(text);
  wipe(text);
  wipe(entropy);
  return secret;
}

}  // namespace

State new_state(crypto::Random& random) { return generate<StateKind>(random); }
Nonce new_nonce(crypto::Random& random) { return generate<NonceKind>(random); }

bool has_form_of_flow_secret(std::string_view text) {
  return text.size() == kFlowSecretLength && std::ranges::all_of(text, [](char c) {
           return is_letter(c) || is_digit(c) || c == '-' || c == '_';
         });
}

bool is_same(const State& state, std::string_view shown) {
  return !shown.empty() && crypto::constant_time_equal(state.reveal(), shown);
}

bool is_same(const Nonce& nonce, std::string_view shown) {
  return !shown.empty() && crypto::constant_time_equal(nonce.reveal(), shown);
}

}  // namespace strongroom::oauth
