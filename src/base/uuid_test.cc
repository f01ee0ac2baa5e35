#include "base/uuid.h"

#include <string>
#include <type_traits>

#include <gtest/gtest.h>

namespace strongroom {
namespace {

using RobotId = Id<struct RobotKind>;
using ClientId = Id<struct ClientKind>;
static_assert(!std::is_convertible_v<RobotId, ClientId>);
static_assert(!std::is_convertible_v<Uuid, RobotId>);

constexpr char kText[] = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";  // RFC 9562 appendix A.6

TEST(Uuid, ReadsAndWritesTheExampleOfRfc9562) {
  const auto uuid = Uuid::parse(kText);
  ASSERT_TRUE(uuid.has_value());
  EXPECT_EQ(std::to_integer<int>(uuid->bytes[0]), 0x01);
  EXPECT_EQ(std::to_integer<int>(uuid->bytes[15]), 0x8f);
  EXPECT_EQ(uuid->text(), kText);
  EXPECT_EQ(Uuid::from_bytes(uuid->raw()), uuid);
}

TEST(Uuid, ReadsUpperCaseAndWritesLowerCase) {
  EXPECT_EQ(Uuid::parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"), Uuid::parse(kText));
}

TEST(Uuid, RefusesEveryOtherForm) {
  const std::string text = kText;
  for (const std::string& bad :
       {std::string(), text.substr(1), text + "0", "{" + text + "}", " " + text, text + "\n",
        std::string("017f22e279b07cc398c4dc0c0c07398f"), "0x" + text.substr(2),
        std::string("017f22e27-9b0-7cc3-98c4-dc0c0c07398f"),
        std::string("017f22e2-79b0-7cc3-98c4-dc0c0c07398g"), std::string(36, '-'),
        std::string(36, '\0')}) {
    EXPECT_FALSE(Uuid::parse(bad).has_value()) << bad;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string bad = text;
    bad[i] = 'z';
    EXPECT_FALSE(Uuid::parse(bad).has_value()) << bad;
  }
}

TEST(Uuid, TakesExactlySixteenBytes) {
  for (std::size_t size = 0; size < 40; ++size) {
    EXPECT_EQ(Uuid::from_bytes(std::string(size, 'x')).has_value(), size == 16) << size;
  }
}

TEST(Uuid, OrdersByItsBytesSoThatVersion7SortsByTime) {
  EXPECT_LT(*Uuid::parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"),
            *Uuid::parse("017f22e2-79b1-7000-8000-000000000000"));
  EXPECT_LT(*Uuid::parse("7fffffff-ffff-7fff-bfff-ffffffffffff"),
            *Uuid::parse("80000000-0000-7000-8000-000000000000"));
}

TEST(Uuid, IsNilUntilItIsGivenAValue) {
  EXPECT_TRUE(Uuid{}.is_nil());
  EXPECT_FALSE(Uuid::parse(kText)->is_nil());
  EXPECT_EQ(Uuid{}.text(), "00000000-0000-0000-0000-000000000000");
}

TEST(Id, IsReadLikeAUuid) {
  EXPECT_EQ(RobotId::parse(kText)->text(), kText);
  EXPECT_FALSE(RobotId::parse("robot-1").has_value());
  EXPECT_EQ(UuidHash{}(*RobotId::parse(kText)), UuidHash{}(*Uuid::parse(kText)));
}

}  // namespace
}  // namespace strongroom
