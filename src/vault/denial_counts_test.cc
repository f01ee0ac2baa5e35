#include "vault/denial_counts.h"

#include <gtest/gtest.h>

namespace strongroom::vault {
namespace {

constexpr BootTime kStart{Milliseconds{1'000'000}};

Uuid id(unsigned char number) {
  Uuid made;
  made.bytes[15] = static_cast<std::byte>(number);
  return made;
}

audit::Event denied(unsigned char robot, unsigned char client, std::string_view reason) {
  audit::Event event{.id = {}, .at = {}, .action = audit::Action::kLookupDenied};
  event.actor_id = id(robot);
  event.subject_id = id(client);
  event.subject_name = "nightly";
  event.reason = reason;
  event.peer = "192.0.2.1";
  event.request_id = "one";
  return event;
}

TEST(DenialCounts, CountWhatIsLikeTheFirstOne) {
  DenialCounts counts;
  EXPECT_TRUE(counts.is_first(denied(1, 1, "no_access"), kStart));
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(counts.is_first(denied(1, 1, "no_access"), kStart));
  EXPECT_TRUE(counts.is_first(denied(1, 1, "killed"), kStart));
  EXPECT_TRUE(counts.is_first(denied(2, 1, "no_access"), kStart));
  EXPECT_TRUE(counts.is_first(denied(1, 2, "no_access"), kStart));
  EXPECT_TRUE(counts.take(kStart + DenialCounts::kWindow - Milliseconds{1}, false).empty());
  const auto due = counts.take(kStart + DenialCounts::kWindow, false);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].count, 5);
  EXPECT_EQ(due[0].event.subject_id, id(1));
  EXPECT_EQ(due[0].event.peer, "192.0.2.1");
  EXPECT_TRUE(counts.is_first(denied(1, 1, "no_access"), kStart + DenialCounts::kWindow));
}

TEST(DenialCounts, TellLaunchesFromLookUps) {
  DenialCounts counts;
  audit::Event launch = denied(1, 1, "killed");
  launch.action = audit::Action::kLaunchDenied;
  EXPECT_TRUE(counts.is_first(denied(1, 1, "killed"), kStart));
  EXPECT_TRUE(counts.is_first(launch, kStart));
  EXPECT_FALSE(counts.is_first(launch, kStart));
  const auto due = counts.take(kStart, true);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due.front().event.action, audit::Action::kLaunchDenied);
}

TEST(DenialCounts, SayOnlyWhatWasTheSameInAllOfThem) {
  DenialCounts counts;
  EXPECT_TRUE(counts.is_first(denied(1, 1, "no_access"), kStart));
  audit::Event other = denied(1, 1, "no_access");
  EXPECT_FALSE(counts.is_first(other, kStart));
  other.peer = "192.0.2.2";
  other.request_id = "two";
  EXPECT_FALSE(counts.is_first(other, kStart));
  const auto due = counts.take(kStart, true);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].count, 2);
  EXPECT_EQ(due[0].event.peer, "");
  EXPECT_EQ(due[0].event.request_id, "");
  EXPECT_EQ(due[0].event.reason, "no_access");
}

TEST(DenialCounts, OfWhoAsksForAlwaysSomethingElseAreFewEvents) {
  DenialCounts counts;
  int written = 0;
  for (int i = 0; i < 200; ++i) {
    written += counts.is_first(denied(1, static_cast<unsigned char>(i), "unknown_client"), kStart);
  }
  EXPECT_EQ(written, DenialCounts::kToldApart + 1);
  const auto due = counts.take(kStart, true);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].count, 200 - written);
  EXPECT_TRUE(due[0].event.subject_id.is_nil());
  EXPECT_EQ(due[0].event.subject_name, "");
  EXPECT_TRUE(counts.is_first(denied(1, 250, "unknown_client"), kStart));  // all forgotten
}

TEST(DenialCounts, AreNotLostWhenTheyCannotBeWritten) {
  DenialCounts counts;
  EXPECT_TRUE(counts.is_first(denied(1, 1, "no_access"), kStart));
  EXPECT_FALSE(counts.is_first(denied(1, 1, "no_access"), kStart));
  auto due = counts.take(kStart, true);
  ASSERT_EQ(due.size(), 1U);
  counts.give_back(std::move(due[0]), kStart);
  EXPECT_FALSE(counts.is_first(denied(1, 1, "no_access"), kStart));
  due = counts.take(kStart, true);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].count, 2);
}

}  // namespace
}  // namespace strongroom::vault
