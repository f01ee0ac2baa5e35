#include "identity/password_rules.h"

#include <algorithm>
#include <array>

#include "base/unicode.h"

namespace strongroom::identity {
namespace {

// The most frequent ones in published lists of leaked passwords that are long enough, in lower
// case.
constexpr std::array<std::string_view, 48> kCommon{
    "0123456789012",    "0987654321098",  "111111222222",    "112233445566",     "121212121212",
    "123123123123",     "123321123321",   "1234567890-=",    "12345678900987",   "123456789012",
    "1234567890123",    "12345678901234", "123456789abc",    "1234567890qwerty", "123456abcdef",
    "123456qwerty",     "123qweasdzxc",   "1q2w3e4r5t6y",    "1q2w3e4r5t6y7u8i", "1qaz2wsx3edc",
    "1qazxsw23edc",     "987654321098",   "abc123abc123",    "abcdefghijkl",     "abcdefghijklm",
    "administrator",    "administrator1", "adminadminadmin", "asdfghjkl123",     "asdfghjklqwerty",
    "changemechangeme", "changeme1234",   "iloveyou1234",    "letmein12345",     "letmeinletmein",
    "password1234",     "password12345",  "password123456",  "passwordpassword", "passw0rd1234",
    "qazwsxedcrfv",     "qwerty123456",   "qwertyuiop12",    "qwertyuiop123",    "qwertyuiopasdf",
    "qwertyuiop[]",     "strongroom123",  "welcome12345"};

bool is_one_letter(std::string_view text) {
  return text.find_first_not_of(text.front()) == std::string_view::npos;
}

}  // namespace

Result<crypto::Password> normal_password(std::string_view typed, std::string_view field) {
  if (typed.size() > kMostPasswordBytes || !is_utf8(typed)) {
    return Error{Code::kInvalidArgument, "A password has at most 256 bytes of UTF-8."}.at(
        std::string(field));
  }
  STRONGROOM_TRY(std::string normal, to_nfc(typed));
  crypto::Password password(normal);
  wipe(normal);
  return password;
}

Status check_new_password(const crypto::Password& password, std::string_view user_name,
                          std::string_view field) {
  const auto refused = [&](LiteralText message) {
    return Error{Code::kInvalidArgument, message}.at(std::string(field));
  };
  const std::string_view letters = password.reveal();
  if (count_characters(letters) < kLeastPasswordCharacters) {
    return refused("A password has at least 12 characters.");
  }
  if (letters.size() > kMostPasswordBytes) {
    return refused("A password has at most 256 bytes of UTF-8.");
  }
  if (has_control_character(letters)) {
    return refused("A line end or another control character is in this password.");
  }
  std::string key = name_key(letters);
  const bool is_name = key == name_key(user_name);
  const bool is_common = std::ranges::find(kCommon, key) != kCommon.end() || is_one_letter(key);
  wipe(key);
  if (is_name) return refused("A password must not be the user's name.");
  if (is_common) return refused("This password is among the first that are tried.");
  return {};
}

}  // namespace strongroom::identity
