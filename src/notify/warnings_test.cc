// Mortality: warnings at 90, 60, 30, 15, 7 days and one, once each (field.md pain 4).
#include "notify/warnings.h"

#include <chrono>

#include "notify/testing/notify_world.h"

namespace strongroom::notify {
namespace {

using WarningsTest = NotifyWorld;

TEST_F(WarningsTest, WarnsOfEachEndOnceForEachNumberOfDays) {
  target({EventKind::kDying});
  vault::Forecasts forecasts(*context_, {});
  Warnings warnings(*context_, forecasts, *outbox_);
  const auto warned = [&] {
    EXPECT_TRUE(warnings.announce());
    return told().size();
  };
  sign_in("", std::chrono::days(20));
  EXPECT_EQ(warned(), 1U);  // 30
  EXPECT_EQ(warned(), 1U);
  clock_.advance(std::chrono::days(6));  // 15
  EXPECT_EQ(warned(), 2U);
  sign_in("", std::chrono::days(200));
  EXPECT_EQ(warned(), 2U);
  sign_in("", std::chrono::days(14));  // as near as before, but another end
  EXPECT_EQ(warned(), 3U);
  clock_.advance(std::chrono::hours(24 * 13 + 1));
  EXPECT_EQ(warned(), 4U);
}

TEST_F(WarningsTest, WarnsNobodyOfWhatIsOver) {
  target({EventKind::kDying});
  vault::Forecasts forecasts(*context_, {});
  Warnings warnings(*context_, forecasts, *outbox_);
  sign_in("", std::chrono::days(2));
  clock_.advance(std::chrono::days(3));
  EXPECT_TRUE(warnings.announce());
  EXPECT_EQ(told(), Types{});
}

}  // namespace
}  // namespace strongroom::notify
