#include "crypto/password_generator.h"

#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace strongroom::crypto {
namespace {

// Bytes from 0 on, one after the other, so that each value comes as often as any other.
class SteppingRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override {
    for (std::byte& byte : out) byte = static_cast<std::byte>(next_++ & 0xffU);
  }

 private:
  unsigned next_ = 0;
};

std::string make(const PasswordWish& wish, Random& random) {
  const auto password = generate_password(wish, random);
  EXPECT_TRUE(password.has_value());
  return password ? std::string(password->reveal()) : std::string();
}

std::string field_of(const Error& error) {
  const ErrorValue* const field = error.find("field");
  return field == nullptr ? "" : std::get<FieldPointer>(*field).text;
}

bool has_one_of(std::string_view text, std::string_view letters) {
  return text.find_first_of(letters) != std::string_view::npos;
}

TEST(PasswordGenerator, HasEachClassThatIsWantedAndNoOther) {
  SystemRandom random;
  for (int i = 0; i < 200; ++i) {
    const std::string all = make({.length = 8}, random);
    EXPECT_EQ(all.size(), 8U);
    EXPECT_TRUE(has_one_of(all, "abcdefghijklmnopqrstuvwxyz"));
    EXPECT_TRUE(has_one_of(all, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
    EXPECT_TRUE(has_one_of(all, "0123456789"));
    EXPECT_TRUE(has_one_of(all, "!#*+,-./:=?@_~"));
    const std::string digits =
        make({.length = 12, .lower_case = false, .upper_case = false, .symbols = false}, random);
    EXPECT_EQ(digits.find_first_not_of("0123456789"), std::string::npos);
  }
}

TEST(PasswordGenerator, NoCharacterIsLikelierThanAnother) {
  SteppingRandom random;  // with a plain remainder, the first 256 % 10 digits would come more often
  std::map<char, int> counts;
  for (int i = 0; i < 125; ++i) {
    for (const char c :
         make({.length = 10, .lower_case = false, .upper_case = false, .symbols = false}, random)) {
      ++counts[c];
    }
  }
  ASSERT_EQ(counts.size(), 10U);
  for (const auto& [digit, count] : counts) EXPECT_NEAR(count, 125, 1) << digit;
}

TEST(PasswordGenerator, UnmistakableLeavesOutWhatPeopleConfuse) {
  SystemRandom random;
  for (int i = 0; i < 50; ++i) {
    EXPECT_FALSE(has_one_of(make({.length = 256, .unmistakable = true}, random), "0Oo1lI"));
  }
}

TEST(PasswordGenerator, NoTwoAreTheSame) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(make({}, random));
  EXPECT_EQ(seen.size(), 100U);
}

TEST(PasswordGenerator, RefusesWhatIsTooShortTooLongOrOfNothing) {
  SystemRandom random;
  for (const std::size_t length : {std::size_t{0}, std::size_t{7}, std::size_t{257}}) {
    const auto refused = generate_password({.length = length}, random);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(field_of(refused.error()), "/length");
  }
  const auto nothing = generate_password(
      {.lower_case = false, .upper_case = false, .digits = false, .symbols = false}, random);
  ASSERT_FALSE(nothing.has_value());
  EXPECT_EQ(field_of(nothing.error()), "/lower_case");
}

}  // namespace
}  // namespace strongroom::crypto
