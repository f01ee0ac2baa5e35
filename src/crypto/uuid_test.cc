#include "crypto/uuid.h"

#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "crypto/testing/counting_random.h"
#include "crypto/testing/replay_random.h"

namespace strongroom::crypto {
namespace {

TEST(MakeUuid, AgreesWithTheExampleOfRfc9562AppendixA6) {
  constexpr unsigned char kRandom[] = {0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
  ReplayRandom random(kRandom);
  const WallTime time{Milliseconds(0x017F22E279B0)};
  EXPECT_EQ(make_uuid(time, random).text(), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

TEST(MakeUuid, SortsByTimeAndNeverRepeats) {
  CountingRandom random;
  std::set<Uuid> seen;
  Uuid last;
  for (int i = 0; i < 1000; ++i) {
    const Uuid uuid = make_uuid(WallTime(Milliseconds(1'795'489'700'000 + i)), random);
    EXPECT_LT(last, uuid);
    EXPECT_EQ(uuid.text()[14], '7');
    EXPECT_NE(std::string("89ab").find(uuid.text()[19]), std::string::npos);
    EXPECT_TRUE(seen.insert(uuid).second);
    last = uuid;
  }
}

TEST(MakeUuid, TakesATimeBefore1970AsItsStart) {
  CountingRandom random;
  const Uuid uuid = make_uuid(WallTime(Milliseconds(-5)), random);
  EXPECT_EQ(uuid.text().substr(0, 14), "00000000-0000-");
}

TEST(MakeId, GivesTheKindThatWasAskedFor) {
  CountingRandom random;
  const auto id = make_id<Id<struct RobotKind>>(WallTime(), random);
  EXPECT_FALSE(id.uuid.is_nil());
}

TEST(SystemRandom, FillsTheWholeSpanWithSomethingNewEachTime) {
  SystemRandom random;
  std::set<std::array<std::byte, 32>> seen;
  for (int i = 0; i < 100; ++i) {
    std::array<std::byte, 32> bytes{};
    random.fill(bytes);
    EXPECT_TRUE(seen.insert(bytes).second);
  }
  random.fill({});
}

}  // namespace
}  // namespace strongroom::crypto
