#include "vault/retrieval_pauses.h"

#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "crypto/testing/counting_random.h"

namespace strongroom::vault {
namespace {

Error trouble() { return Error{Code::kUnavailable, "trouble"}; }

TEST(PauseAfter, DoublesFromASecondOrFromThirtyToFiveMinutes) {
  //
  const auto between = [](int failures, bool transient) {
    return std::pair{pause_after(failures, transient, {}, 0).count(),
                     pause_after(failures, transient, {}, 255).count()};
  };
  using Range = std::pair<std::int64_t, std::int64_t>;
  EXPECT_EQ(between(1, true), (Range{750, 1250}));
  EXPECT_EQ(between(2, true), (Range{1500, 2500}));
  EXPECT_EQ(between(9, true), (Range{192'000, 320'000}));
  EXPECT_EQ(between(10, true), (Range{225'000, 375'000}));
  EXPECT_EQ(between(1'000'000, true), (Range{225'000, 375'000}));
  EXPECT_EQ(between(1, false), (Range{22'500, 37'500}));
  EXPECT_EQ(between(3, false), (Range{90'000, 150'000}));
  EXPECT_EQ(between(5, false), (Range{225'000, 375'000}));
}

TEST(PauseAfter, IsNeverShorterThanTheProviderAsksFor) {
  //
  EXPECT_EQ(pause_after(1, true, Seconds(120), 255), Seconds(120));
  EXPECT_EQ(pause_after(1, true, Seconds(1), 0), Seconds(1));
  EXPECT_EQ(pause_after(10, true, Seconds(1), 0), Seconds(225));
}

TEST(RetrievalPauses, OfClientsThatFailTogetherEndApart) {
  //
  crypto::CountingRandom random;
  RetrievalPauses pauses;
  std::set<std::int64_t> lengths;
  for (std::uint8_t i = 0; i < 100; ++i) {
    const TokenKey id{OAuthClientId{Uuid::parse("00000000-0000-7000-8000-0000000000" +
                                                std::string(i < 10 ? "0" : "") + std::to_string(i))
                                        .value()}};
    for (int n = 0; n < 12; ++n) pauses.note(id, {}, trouble(), true, BootTime{}, random);
    Milliseconds length{0};
    while (pauses.find(id, SettingsRevision{}, BootTime{} + length)) length += Milliseconds(100);
    lengths.insert(length.count());
  }
  EXPECT_GT(lengths.size(), 50U);
  EXPECT_GE(*lengths.begin(), 225'000);
  EXPECT_LE(*lengths.rbegin(), 375'100);
}

TEST(RetrievalPauses, HoldOnlyForTheSettingsThatFailed) {
  crypto::CountingRandom random;
  RetrievalPauses pauses;
  const TokenKey id{};
  pauses.note(id, {1, 1}, trouble(), true, BootTime{}, random);
  EXPECT_TRUE(pauses.find(id, SettingsRevision{1, 1}, BootTime{}).has_value());
  EXPECT_FALSE(pauses.find(id, SettingsRevision{2, 1}, BootTime{}).has_value());
  EXPECT_FALSE(pauses.find(id, SettingsRevision{1, 2}, BootTime{}).has_value());
  EXPECT_FALSE(pauses.find(id, std::nullopt, BootTime{}).has_value());
  pauses.forget(id);
  EXPECT_FALSE(pauses.find(id, SettingsRevision{1, 1}, BootTime{}).has_value());
}

}  // namespace
}  // namespace strongroom::vault
