#pragma once
// What a password may be.

#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/password_hash.h"

namespace strongroom::identity {

inline constexpr std::size_t kLeastPasswordCharacters = 12;
inline constexpr std::size_t kMostPasswordBytes = 256;

// What was typed, in the form that is hashed: NFC, so that a password does not depend on the
// keyboard. Errors: kInvalidArgument at `field`: not UTF-8, or more than kMostPasswordBytes.
Result<crypto::Password> normal_password(std::string_view typed, std::string_view field);

// Whether the user called `user_name` may choose `password`, which is normal.
// Errors: kInvalidArgument at `field`: too short; a control character, such as a line end that was
// pasted along; the name; one letter over and over; one that everybody tries first.
Status check_new_password(const crypto::Password& password, std::string_view user_name,
                          std::string_view field);

}  // namespace strongroom::identity
