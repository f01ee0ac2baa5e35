#include "crypto/password_hash.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace strongroom::crypto {
namespace {

std::string hash_of(std::string_view letters) {
  return hash_password(Password(letters), kLeastPasswordCost).value();
}

TEST(PasswordHash, IsArgon2idAtTheCostThatWasAsked) {
  EXPECT_TRUE(hash_of("correct horse").starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
  const auto dear = hash_password(Password("correct horse"));
  ASSERT_TRUE(dear.has_value());
  EXPECT_TRUE(dear->starts_with("$argon2id$v=19$m=65536,t=3,p=1$")) << *dear;
  EXPECT_TRUE(verify_password(*dear, Password("correct horse")));
  EXPECT_FALSE(verify_password(*dear, Password("correct horsf")));
}

TEST(PasswordHash, FitsOnePasswordAlone) {
  const std::string hash = hash_of("correct horse");
  EXPECT_TRUE(verify_password(hash, Password("correct horse")));
  for (const char* wrong : {"", "Correct horse", "correct horse ", "correct hors"}) {
    EXPECT_FALSE(verify_password(hash, Password(wrong))) << wrong;
  }
}

TEST(PasswordHash, ReadsBytesBeyondAZero) {
  const std::string hash = hash_of(std::string_view("a\0b", 3));
  EXPECT_TRUE(verify_password(hash, Password(std::string_view("a\0b", 3))));
  EXPECT_FALSE(verify_password(hash, Password("a")));
}

TEST(PasswordHash, HasASaltOfItsOwn) { EXPECT_NE(hash_of("same"), hash_of("same")); }

TEST(PasswordHash, SaysWhenItWasMadeAtAnotherCost) {
  const std::string hash = hash_of("correct horse");
  EXPECT_FALSE(needs_rehash(hash, kLeastPasswordCost));
  EXPECT_TRUE(needs_rehash(hash));
  EXPECT_TRUE(needs_rehash(""));
  EXPECT_TRUE(needs_rehash("$2y$10$something"));
}

TEST(PasswordHash, OfNothingFitsNothing) {
  for (const std::string& hash :
       {std::string(), std::string("x"), std::string(500, '$'), std::string("$argon2id$\0", 11)}) {
    EXPECT_FALSE(verify_password(hash, Password("x"))) << hash;
  }
}

TEST(UnmatchedHash, CostsAsMuchAndFitsNothing) {
  const std::string hash = unmatched_hash(kLeastPasswordCost);
  EXPECT_FALSE(needs_rehash(hash, kLeastPasswordCost));  // so the library takes it for a real one
  EXPECT_FALSE(needs_rehash(unmatched_hash()));
  EXPECT_FALSE(verify_password(hash, Password("")));
  EXPECT_FALSE(verify_password(hash, Password("correct horse")));
}

TEST(MakePassword, GivesFiveGroupsOfUnmistakableLetters) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const Password made = make_password(random);
    const std::string letters(made.reveal());
    ASSERT_EQ(letters.size(), 29u);
    for (const std::size_t place : {5u, 11u, 17u, 23u}) EXPECT_EQ(letters[place], '-');
    EXPECT_EQ(letters.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz-"), std::string::npos);
    EXPECT_TRUE(seen.insert(letters).second);
  }
}

}  // namespace
}  // namespace strongroom::crypto
