#include "identity/last_uses.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::identity {
namespace {

ApiKeyId key(const char* last) {
  return *ApiKeyId::parse(std::string("0198c0de-0000-7000-8000-00000000000") + last);
}
WallTime at(int seconds) { return WallTime(Seconds(seconds)); }

TEST(LastUses, AreTakenOnceAndKeptForWhoAsks) {
  LastUses uses;
  EXPECT_FALSE(uses.of(key("1")).has_value());
  EXPECT_TRUE(uses.take_to_write().empty());
  uses.note(key("1"), at(1), "192.0.2.1");
  uses.note(key("1"), at(2), "192.0.2.2");
  const auto taken = uses.take_to_write();
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].second.at, at(2));
  EXPECT_EQ(taken[0].second.from, "192.0.2.2");
  EXPECT_TRUE(uses.take_to_write().empty());
  EXPECT_EQ(uses.of(key("1"))->at, at(2));
}

TEST(LastUses, ThatCouldNotBeWrittenAreTakenAgainWithWhatCameMeanwhile) {
  LastUses uses;
  uses.note(key("1"), at(1), "a");
  uses.note(key("2"), at(1), "a");
  const auto taken = uses.take_to_write();
  uses.note(key("1"), at(3), "b");
  uses.give_back(taken);
  const auto again = uses.take_to_write();
  ASSERT_EQ(again.size(), 2u);
  for (const auto& [id, use] : again) EXPECT_EQ(use.at, id == key("1") ? at(3) : at(1));
}

}  // namespace
}  // namespace strongroom::identity
