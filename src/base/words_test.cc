#include "base/words.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace strongroom {
namespace {

using Words = std::vector<std::string>;

TEST(Words, AreSplitAsTheyWereJoined) {
  for (const Words& words : {Words{}, Words{"a"}, Words{"openid", "profile", "email"}}) {
    EXPECT_EQ(split_words(join_words(words)), words);
  }
  EXPECT_EQ(join_words({"a", "b"}), "a b");
}

TEST(Words, AreNeverEmpty) {
  EXPECT_EQ(split_words("  a   b "), (Words{"a", "b"}));
  EXPECT_EQ(split_words(" "), Words{});
}

}  // namespace
}  // namespace strongroom
