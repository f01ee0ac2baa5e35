#include "vault/key_restrictions.h"

#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

// 2026-11-23 is a Monday.
constexpr std::int64_t kMonday = 1'795'392'000;

WallTime monday(std::int64_t hours, std::int64_t minutes = 0) {
  return WallTime(Seconds(kMonday + hours * 3600 + minutes * 60));
}

KeyRestrictions within(std::vector<std::string> days, const std::string& from,
                       const std::string& to, const std::string& zone = "UTC") {
  KeyRestrictions restrictions;
  restrictions.times = TimeWindow{std::move(days), from, to, zone};
  return restrictions;
}

std::string refusal(const KeyRestrictions& restrictions) {
  return answer_of(KeyTerms::make(restrictions));
}

bool fits(const KeyRestrictions& restrictions, WallTime now) {
  const auto terms = KeyTerms::make(restrictions);
  EXPECT_TRUE(terms.has_value()) << answer_of(terms);
  return terms && (*terms)->permit("127.0.0.1", OAuthClientId{}, now);
}

TEST(KeyRestrictionsTest, AddressesArePartsOfNetworks) {
  KeyRestrictions restrictions;
  restrictions.addresses = {"10.1.0.0/16", "2001:db8::7"};
  const auto terms = KeyTerms::make(restrictions);
  ASSERT_TRUE(terms.has_value());
  EXPECT_TRUE((*terms)->permit("10.1.255.1", {}, monday(0)));
  EXPECT_TRUE((*terms)->permit("2001:db8::7", {}, monday(0)));
  for (const char* other : {"10.2.0.1", "2001:db8::8", "127.0.0.1", "", "10.1.0.0/16"}) {
    EXPECT_FALSE((*terms)->permit(other, {}, monday(0))) << other;
  }
}

TEST(KeyRestrictionsTest, ATimeWindowBeginsWithItsMinuteAndEndsBeforeItsLast) {
  const auto office = within({"mon", "tue"}, "08:00", "18:00");
  EXPECT_FALSE(fits(office, monday(7, 59)));
  EXPECT_TRUE(fits(office, monday(8)));
  EXPECT_TRUE(fits(office, monday(17, 59)));
  EXPECT_FALSE(fits(office, monday(18)));
  EXPECT_TRUE(fits(office, monday(24 + 12)));
  EXPECT_FALSE(fits(office, monday(48 + 12)));
  EXPECT_TRUE(fits(within({}, "00:00", "24:00"), monday(23, 59)));
}

TEST(KeyRestrictionsTest, AWindowOverMidnightBelongsToTheDayOnWhichItBegan) {
  const auto night = within({"mon"}, "22:00", "06:00");
  EXPECT_FALSE(fits(night, monday(5)));  // it would have begun on Sunday
  EXPECT_TRUE(fits(night, monday(23)));
  EXPECT_TRUE(fits(night, monday(24 + 5, 59)));
  EXPECT_FALSE(fits(night, monday(24 + 6)));
  EXPECT_FALSE(fits(night, monday(24 + 23)));
}

TEST(KeyRestrictionsTest, TheTimeIsThatOfTheZone) {
  const auto berlin = within({"mon"}, "00:00", "01:00", "Europe/Berlin");
  EXPECT_TRUE(fits(berlin, monday(-1)));  // Sunday in UTC, and Monday there
  EXPECT_FALSE(fits(berlin, monday(0)));
  EXPECT_TRUE(fits(within({"mon"}, "12:00", "13:00", "+02:00"), monday(10)));
}

TEST(KeyRestrictionsTest, WhatIsWrongIsNamed) {
  KeyRestrictions restrictions;
  restrictions.addresses = {"10.0.0.0/8", "10.0.0.1/8"};
  EXPECT_EQ(refusal(restrictions), "invalid at /restrictions/addresses/1");
  restrictions = {};
  restrictions.max_uses = 0;
  EXPECT_EQ(refusal(restrictions), "invalid at /restrictions/max_uses");
  EXPECT_EQ(refusal(within({"mon", "monday"}, "08:00", "18:00")),
            "invalid at /restrictions/times/days/1");
  for (const char* from : {"8:00", "24:00", "25:00", "08:60", "08-00", "aa:bb", ""}) {
    EXPECT_EQ(refusal(within({}, from, "18:00")), "invalid at /restrictions/times/from") << from;
  }
  EXPECT_EQ(refusal(within({}, "08:00", "08:00")), "invalid at /restrictions/times/to");
  EXPECT_EQ(refusal(within({}, "08:00", "24:01")), "invalid at /restrictions/times/to");
  EXPECT_EQ(refusal(within({}, "08:00", "18:00", "Mars/Olympus")),
            "invalid at /restrictions/times/zone");
}

TEST(KeyRestrictionsTest, AreTheSameAfterTheyWereStored) {
  auto restrictions = within({"mon"}, "08:00", "18:00", "Europe/Berlin");
  restrictions.addresses = {"::1"};
  restrictions.max_uses = 7;
  restrictions.oauth_clients = {
      OAuthClientId::parse("01a20bd1-9f4a-7e49-a7e2-9079c8bd21bc").value()};
  const auto again = key_restrictions_from_json(to_json(restrictions));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(to_json(*again), to_json(restrictions));
  EXPECT_EQ(again->oauth_clients, restrictions.oauth_clients);
  EXPECT_EQ(to_json(KeyRestrictions{}), "{}");
  for (const char* damaged : {"[]", "{", R"({"max_uses":"7"})", R"({"times":[]})",
                              R"({"oauth_clients":["x"]})", R"({"addresses":{}})"}) {
    EXPECT_EQ(answer_of(key_restrictions_from_json(damaged)), "corrupt") << damaged;
  }
}

TEST(KeyRestrictionsTest, UsesAreTakenUntilNoneIsLeft) {
  KeyUses uses(1);
  EXPECT_TRUE(uses.take(2));
  EXPECT_FALSE(uses.take(2));
  uses.give_back();
  EXPECT_TRUE(uses.take(2));
  EXPECT_EQ(uses.counted(), 2);
}

TEST(KeyRestrictionsTest, ALastUseIsWrittenOnce) {
  KeyUses uses(0);
  EXPECT_FALSE(uses.take_last_to_write().has_value());
  uses.note(monday(1), "10.0.0.1");
  EXPECT_EQ(uses.take_last_to_write()->from, "10.0.0.1");
  EXPECT_FALSE(uses.take_last_to_write().has_value());
  EXPECT_EQ(uses.last()->at, monday(1));
}

}  // namespace
}  // namespace strongroom::vault
