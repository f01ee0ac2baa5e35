#include "vault/mortality.h"

#include <gtest/gtest.h>

namespace strongroom::vault {
namespace {

constexpr WallTime kNow{std::chrono::hours(24 * 365 * 56)};
constexpr std::chrono::days kDay{1};

MortalityFacts signed_in() {
  return {.for_person = true,
          .token_expires_at = kNow + std::chrono::hours(1),
          .refresh = MortalityFacts::Refresh{.used_at = kNow, .signed_in_at = kNow - 10 * kDay}};
}

EndCause cause_of(const MortalityFacts& facts) {
  const Mortality mortality = mortality_of(facts);
  EXPECT_TRUE(mortality.end.has_value());
  return mortality.end ? mortality.end->cause : EndCause::kNoRefreshToken;
}

TEST(Mortality, OfWhatRenewsItselfIsOnlyThatOfItsCredentials) {
  MortalityFacts facts{.token_expires_at = kNow + std::chrono::hours(1)};
  EXPECT_FALSE(mortality_of(facts).end.has_value());
  EXPECT_EQ(mortality_of(facts).access_token, facts.token_expires_at);
  facts.credential_ends_at = kNow + 20 * kDay;
  EXPECT_EQ(mortality_of(facts).end->at, kNow + 20 * kDay);
  EXPECT_EQ(cause_of(facts), EndCause::kCredential);
}

TEST(Mortality, WithoutARefreshTokenIsTheAccessTokens) {
  // field.md pain 4
  MortalityFacts facts = signed_in();
  facts.refresh.reset();
  EXPECT_EQ(cause_of(facts), EndCause::kNoRefreshToken);
  facts.token_expires_at.reset();
  EXPECT_FALSE(mortality_of(facts).end.has_value()) << "nobody knows";
}

TEST(Mortality, OfARefreshTokenMovesWithItsUseUntilItsAbsoluteEnd) {
  // field.md pain 7
  MortalityFacts facts = signed_in();
  EXPECT_FALSE(mortality_of(facts).end.has_value()) << "nobody said";
  facts.lifetimes = {.idle = Seconds(30 * kDay), .absolute = Seconds(60 * kDay)};
  EXPECT_EQ(mortality_of(facts).refresh_idle, kNow + 30 * kDay);
  EXPECT_EQ(mortality_of(facts).refresh_absolute, kNow + 50 * kDay);
  EXPECT_EQ(cause_of(facts), EndCause::kRefreshIdle);
  facts.refresh->used_at = kNow + 25 * kDay;
  EXPECT_EQ(mortality_of(facts).refresh_idle, kNow + 55 * kDay);
  EXPECT_EQ(cause_of(facts), EndCause::kRefreshAbsolute);
  facts.refresh->signed_in_at.reset();
  EXPECT_EQ(mortality_of(facts).refresh_absolute, std::nullopt) << "it was brought from elsewhere";
}

TEST(Mortality, IsNotOfDisuseWhereItIsUsedInTime) {
  // field.md pain 7
  MortalityFacts facts = signed_in();
  facts.lifetimes = {.idle = Seconds(30 * kDay)};
  facts.refresh->renewed_at = kNow + 29 * kDay;
  EXPECT_FALSE(mortality_of(facts).end.has_value());
  EXPECT_EQ(mortality_of(facts).refresh_idle, kNow + 30 * kDay)
      << "the clock is shown all the same";
  facts.refresh->renewed_at = kNow + 30 * kDay;
  EXPECT_EQ(cause_of(facts), EndCause::kRefreshIdle) << "too late";
}

TEST(Mortality, BelievesTheAnswerBeforeTheEntry) {
  // field.md pain 7
  MortalityFacts facts = signed_in();
  facts.lifetimes = {.idle = Seconds(90 * kDay), .absolute = Seconds(365 * kDay)};
  facts.refresh->expires_at = kNow + 5 * kDay;
  EXPECT_EQ(mortality_of(facts).refresh_idle, kNow + 5 * kDay);
  EXPECT_EQ(cause_of(facts), EndCause::kRefreshIdle);
  facts.lifetimes.stated_is_absolute = true;
  EXPECT_EQ(mortality_of(facts).refresh_idle, kNow + 90 * kDay);
  EXPECT_EQ(mortality_of(facts).refresh_absolute, kNow + 5 * kDay);
  EXPECT_EQ(cause_of(facts), EndCause::kRefreshAbsolute);
}

TEST(Mortality, IsWarnedOfOnceForEachStage) {
  EXPECT_EQ(warning_days(91 * kDay), std::nullopt);
  EXPECT_EQ(warning_days(90 * kDay), 90);
  EXPECT_EQ(warning_days(60 * kDay + Seconds(1)), 90);
  EXPECT_EQ(warning_days(16 * kDay), 30);
  EXPECT_EQ(warning_days(7 * kDay), 7);
  EXPECT_EQ(warning_days(Seconds(1)), 1);
  EXPECT_EQ(warning_days(-kDay), 1) << "over already";
}

TEST(Mortality, CausesHaveNamesThatReadBack) {
  for (const EndCause cause : {EndCause::kNoRefreshToken, EndCause::kRefreshIdle,
                               EndCause::kRefreshAbsolute, EndCause::kCredential}) {
    EXPECT_FALSE(to_text(cause).empty());
    EXPECT_EQ(end_cause_from_text(to_text(cause)), cause);
  }
  EXPECT_EQ(end_cause_from_text("old age"), std::nullopt);
}

}  // namespace
}  // namespace strongroom::vault
