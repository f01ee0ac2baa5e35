#include "identity/password_rules.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::identity {
namespace {

std::string problem(std::string_view typed, std::string_view user = "ada lovelace") {
  const auto password = normal_password(typed, "/new_password");
  const Status checked =
      password ? check_new_password(*password, user, "/new_password") : Status(password.error());
  if (checked) return "ok";
  EXPECT_EQ(checked.error().code, Code::kInvalidArgument);
  EXPECT_EQ(std::get<FieldPointer>(*checked.error().find("field")).text, "/new_password");
  return std::string(checked.error().message.view());
}

TEST(NormalPassword, IsTheSameFromEveryKeyboard) {
  const auto composed = normal_password("\xc3\xbc", "/password");
  const auto decomposed = normal_password("u\xcc\x88", "/password");
  EXPECT_EQ(composed->reveal(), decomposed->reveal());
  EXPECT_EQ(normal_password("  two words ", "/password")->reveal(), "  two words ");
}

TEST(NormalPassword, HasAnEnd) {
  EXPECT_TRUE(normal_password(std::string(256, 'a'), "/password").has_value());
  EXPECT_FALSE(normal_password(std::string(257, 'a'), "/password").has_value());
  EXPECT_FALSE(normal_password("\xff", "/password").has_value());
}

TEST(CheckNewPassword, TakesWhatIsLongAndNotObvious) {
  for (const char* good : {"correct horse", "tr0ub4dor&333", "пароль-длинный", "abcdefghijkz"}) {
    EXPECT_EQ(problem(good), "ok") << good;
  }
}

TEST(CheckNewPassword, CountsCharactersAndNotBytes) {
  EXPECT_NE(problem("elf chars 1"), "ok");
  EXPECT_NE(problem("\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xa4\xc3\xa4\xc3\xa4"), "ok");  // six letters
  EXPECT_EQ(problem("zwölf Zeichn"), "ok");
}

TEST(CheckNewPassword, RefusesWhatEverybodyTries) {
  for (const char* bad : {"password1234", "PassWord1234", "123456789012", "Administrator",
                          "aaaaaaaaaaaaa", "qwertyuiop[]"}) {
    EXPECT_EQ(problem(bad), "This password is among the first that are tried.") << bad;
  }
  EXPECT_EQ(problem("Ada Lovelace"), "A password must not be the user's name.");
}

TEST(CheckNewPassword, RefusesALineEndThatWasPastedAlong) {
  EXPECT_EQ(problem("correct horse\n"),
            "A line end or another control character is in this password.");
}

}  // namespace
}  // namespace strongroom::identity
