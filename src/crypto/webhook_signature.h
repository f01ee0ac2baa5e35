#pragma once
// What a webhook's receiver checks before it believes a call: Standard Webhooks 1.0.0.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace strongroom::crypto {

// The bytes of a key that a webhook's sender and receiver share, not their text form.
using WebhookSecret = Secret<struct WebhookSecretKind>;

// The key in "whsec_" and padded base64, which is how people pass it on; the prefix may be missing.
// Nothing where it is anything else, or not of 24 to 64 bytes (Standard Webhooks, "Signature
// scheme"). The caller wipes `text`. Safe to call from any thread.
std::optional<WebhookSecret> parse_webhook_secret(std::string_view text);

// The same key as people pass it on. The caller wipes the text. Safe to call from any thread.
std::string webhook_secret_text(std::string_view bytes);

// The value of the header webhook-signature: for each secret, in their order, "v1," and the
// padded base64 of HMAC-SHA-256 over "id.timestamp.body", with a space between two. A receiver
// takes the call when one of them is right, so that a secret can be replaced without a gap.
// `id` is what webhook-id says and has no dot, `timestamp` is the time of this attempt in seconds
// since 1970 as webhook-timestamp says it, `body` is every byte that is sent. Safe to call from
// any thread.
std::string webhook_signature(std::span<const WebhookSecret> secrets, std::string_view id,
                              std::int64_t timestamp, std::string_view body);

}  // namespace strongroom::crypto
