#pragma once
// What an ID token says beyond whose it is (OpenID Connect Core section 5.1), by the names that
// somebody configured.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace strongroom::oauth {

inline constexpr std::size_t kMaxClaimValues = 1000;

// `claims`: IdToken::claims. The claim called `name`, letter by letter, at the top of the object;
// empty: it is not there, or no text.
std::string claim_text(std::string_view claims, std::string_view name);

// A member that is true or false, also as a text, as some write `email_verified`; nullopt: neither.
std::optional<bool> claim_flag(std::string_view claims, std::string_view name);

// A time in whole seconds since 1970, such as `auth_time`; nullopt: it is not there, or none.
std::optional<WallTime> claim_time(std::string_view claims, std::string_view name);

// The same of a claim that is a list of texts, or one text. nullopt: it is not there, holds
// anything else, or more than kMaxClaimValues.
std::optional<std::vector<std::string>> claim_texts(std::string_view claims, std::string_view name);

}  // namespace strongroom::oauth
