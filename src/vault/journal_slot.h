#pragma once
// One slot of the journal as bytes: an intent, and behind it the sealed answer. Pure functions.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/uuid.h"
#include "oauth/raw_answer.h"
#include "vault/types.h"

namespace strongroom::vault {

enum class GrantKind : std::uint8_t {
  kRefresh,  // a refresh token was sent
  kCode,     // the code of somebody who signed in was
};

// A request is about to be sent whose answer may carry a refresh token.
struct JournalIntent {
  Uuid id;  // of this attempt
  GrantKind kind = GrantKind::kRefresh;
  OAuthClientId client = {};
  ProjectId project = {};        // whose key seals the answer
  std::string resource = {};     // of the TokenKey; empty: none
  Uuid authorization = {};       // kCode: whose it is; otherwise nil
  std::int64_t epoch = 0;        // of the client's lease
  std::int64_t generation = 0;   // of the refresh token that is sent; 0: none is
  std::string destination = {};  // digest of where it goes: a new refresh token is for there
  WallTime at{};                 // when it was written down

  friend bool operator==(const JournalIntent&, const JournalIntent&) = default;
};

// An intent has at most this many bytes; one that would be longer is refused.
inline constexpr std::size_t kIntentBytes = 4096;
// A sealed answer, with what the seal adds and its own frame.
inline constexpr std::size_t kAnswerBytes = oauth::kMaxRawAnswer + 1024;
inline constexpr std::size_t kSlotBytes = kIntentBytes + kAnswerBytes;

// Framed with length and checksum. nullopt: too long.
std::optional<std::string> encode_intent(const JournalIntent& intent);
std::optional<std::string> encode_answer(const Uuid& intent, std::string_view sealed);
// What takes the place of an intent that is settled.
std::string encode_done(const Uuid& intent);

// From the first bytes of a slot. nullopt: there is none, it is settled, torn or damaged.
std::optional<JournalIntent> decode_intent(std::string_view bytes);
// The sealed answer to that intent, from the bytes behind kIntentBytes. nullopt: there is none, it
// is that of an intent before, torn or damaged.
std::optional<std::string> decode_answer(const Uuid& intent, std::string_view bytes);

}  // namespace strongroom::vault
