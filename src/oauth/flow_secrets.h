#pragma once
// What ties an answer of an authorization server to the request that it is for: RFC 6749 section
// 10.12, OpenID Connect Core section 3.1.2.1.

#include <cstddef>
#include <string_view>

#include "base/secret.h"
#include "crypto/random.h"

namespace strongroom::oauth {

// Means nothing to anybody: the flow that it names stands in our own records.
using State = Secret<struct StateKind>;

// Comes back inside the ID token, so that a code of another flow does not fit this one.
using Nonce = Secret<struct NonceKind>;

// Characters of either: base64url of 256 bits.
inline constexpr std::size_t kFlowSecretLength = 43;

State new_state(crypto::Random& random);
Nonce new_nonce(crypto::Random& random);

// Whether `text` could be one of ours. Says nothing about whether it is.
bool has_form_of_flow_secret(std::string_view text);

// Whether `shown` is the secret, in time that does not tell where they differ.
bool is_same(const State& state, std::string_view shown);
bool is_same(const Nonce& nonce, std::string_view shown);

}  // namespace strongroom::oauth
