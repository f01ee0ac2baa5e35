#include "vault/provider_gates.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "crypto/testing/counting_random.h"
#include "crypto/uuid.h"

namespace strongroom::vault {
namespace {

using oauth::FailureCause;

class ProviderGatesTest : public testing::Test {
 protected:
  explicit ProviderGatesTest(GateLimits limits = {.at_once = 2, .per_second = 0})
      : gates_(
            clock_, random_, log_,
            [this](Task task) {
              if (!stopping_) task();
              return !stopping_;
            },
            std::move(limits)) {}

  // So that nobody comes in as the last ones leave.
  void TearDown() override { gates_.close(); }

  static ProviderEndpoint at(const std::string& host, const std::string& path = "/token") {
    return {.host = host, .address = host + path};
  }
  TokenKey some_client() { return {crypto::make_id<OAuthClientId>(clock_.now(), random_)}; }

  // Whoever gets in is in `inside_` by name, and in `order_`; whoever does not in `refused_`.
  void enter(const std::string& name, const ProviderEndpoint& endpoint,
             Urgency urgency = Urgency::kLookup) {
    enter(name, endpoint, urgency, some_client());
  }
  void enter(const std::string& name, const ProviderEndpoint& endpoint, Urgency urgency,
             const TokenKey& who) {
    gates_.enter(endpoint, {who, project_, provider_}, urgency,
                 [this, name](Result<GatePass> pass) {
                   order_.push_back(name);
                   if (pass) {
                     inside_.emplace_back(name, *std::move(pass));
                   } else {
                     refused_.push_back(name + ": " + std::string(pass.error().problem.view()));
                     const ErrorValue* const seconds = pass.error().find("retry_after");
                     retry_after_ = seconds == nullptr ? -1 : std::get<std::int64_t>(*seconds);
                   }
                 });
  }
  GatePass& pass_of(const std::string& name) {
    const auto found = std::ranges::find(inside_, name, &std::pair<std::string, GatePass>::first);
    EXPECT_NE(found, inside_.end()) << name;
    return found->second;
  }
  // Passes are given back outside of the list, because others come in with that.
  void leave(const std::string& name) {
    GatePass pass = std::move(pass_of(name));
    std::erase_if(inside_, [&](const auto& one) { return one.first == name; });
  }
  void leave(const std::string& name, FailureCause cause,
             std::optional<Seconds> retry_after = std::nullopt) {
    const oauth::TokenFailure failure{.cause = cause, .retry_after = retry_after};
    pass_of(name).note(&failure);
    leave(name);
  }
  void leave_with_token(const std::string& name) {
    pass_of(name).note(nullptr);
    leave(name);
  }
  // Clients of the endpoint fail until it is not asked any more.
  void open(const ProviderEndpoint& endpoint) {
    for (int i = 0; i < kFailuresToOpen; ++i) {
      enter("fails", endpoint);
      leave("fails", FailureCause::kTimedOut);
    }
    ASSERT_EQ(gates_.counts().open, 1U);
    order_.clear();
  }
  std::vector<std::string> names_inside() const {
    std::vector<std::string> names;
    for (const auto& [name, pass] : inside_) names.push_back(name);
    return names;
  }

  using Names = std::vector<std::string>;
  FakeClock clock_;
  crypto::CountingRandom random_{1};
  std::vector<std::string> lines_;
  Log log_{clock_, Log::Format::kText,
           [this](std::string_view line) { lines_.emplace_back(line); }};
  bool stopping_ = false;
  std::string provider_ = "some";
  ProjectId project_ = crypto::make_id<ProjectId>(clock_.now(), random_);  // whose clients come
  std::vector<std::string> order_;
  std::vector<std::string> refused_;
  std::int64_t retry_after_ = -1;
  ProviderGates gates_;
  std::vector<std::pair<std::string, GatePass>> inside_;  // last: gives them back to the gates
};

class GatesOfASecondTest : public ProviderGatesTest {
 protected:
  GatesOfASecondTest() : ProviderGatesTest({.at_once = 100, .per_second = 3}) {}
};

class GatesOfAProjectTest : public ProviderGatesTest {
 protected:
  GatesOfAProjectTest() : ProviderGatesTest({.at_once = 100, .per_second = 0, .of_project = 3}) {}

  ProjectId other_ = crypto::make_id<ProjectId>(clock_.now(), random_);
};

class GatesOfAMinuteTest : public ProviderGatesTest {
 protected:
  GatesOfAMinuteTest()
      : ProviderGatesTest({.at_once = 100, .per_minute = {{"slow", 6}, {"quick", 120}}}) {}
};

TEST_F(ProviderGatesTest, OneHostHasItsLimitAndAnotherItsOwn) {
  const auto slow = at("https://slow.example");
  const auto good = at("https://good.example");
  for (const char* name : {"a", "b", "c", "d"}) enter(name, slow);
  EXPECT_EQ(names_inside(), (Names{"a", "b"}));
  enter("other host", good);
  EXPECT_EQ(names_inside(), (Names{"a", "b", "other host"}));
  EXPECT_EQ(gates_.counts().waiting, 2U);
  leave("b");
  EXPECT_EQ(names_inside(), (Names{"a", "other host", "c"}));
  leave("a");
  leave("other host");
  EXPECT_EQ(names_inside(), (Names{"c", "d"}));
  EXPECT_EQ(gates_.counts().inside, 2U);
}

TEST_F(ProviderGatesTest, APathOfTheSameHostSharesItsLimit) {
  enter("a", at("https://id.example", "/one"));
  enter("b", at("https://id.example", "/two"));
  enter("c", at("https://id.example", "/three"));
  EXPECT_EQ(names_inside(), (Names{"a", "b"}));
}

TEST_F(ProviderGatesTest, PeopleComeBeforeLookUpsAndTheseBeforeTheBackground) {
  const auto host = at("https://id.example");
  enter("x", host);
  enter("y", host);
  enter("background 1", host, Urgency::kBackground);
  enter("background 2", host, Urgency::kBackground);
  enter("look-up 1", host, Urgency::kLookup);
  enter("look-up 2", host, Urgency::kLookup);
  enter("person", host, Urgency::kPerson);
  order_.clear();
  for (const char* name : {"x", "y", "person", "look-up 1", "look-up 2"}) leave(name);
  EXPECT_EQ(order_, (Names{"person", "look-up 1", "look-up 2", "background 1", "background 2"}));
}

TEST_F(ProviderGatesTest, WhatALookUpJoinsIsInTheBackgroundNoLonger) {
  const auto host = at("https://id.example");
  const TokenKey wanted = some_client();
  enter("x", host);
  enter("y", host);
  enter("background", host, Urgency::kBackground);
  enter("wanted", host, Urgency::kBackground, wanted);
  gates_.hurry(host, wanted, Urgency::kLookup);
  gates_.hurry(host, some_client(), Urgency::kLookup);
  gates_.hurry(at("https://nobody.example"), wanted, Urgency::kLookup);
  leave("x");
  EXPECT_EQ(order_.back(), "wanted");
}

TEST_F(ProviderGatesTest, WhatAPersonJoinsInsists) {
  const auto host = at("https://id.example");
  const TokenKey wanted = some_client();
  enter("x", host);
  enter("y", host);
  enter("look-up", host);
  enter("wanted", host, Urgency::kBackground, wanted);
  gates_.hurry(host, wanted, Urgency::kLookup);
  gates_.hurry(host, wanted, Urgency::kPerson);
  gates_.hurry(host, wanted, Urgency::kBackground);
  leave("x");
  EXPECT_EQ(order_.back(), "wanted");
}

TEST_F(ProviderGatesTest, AnEndpointThatNobodyAsksAnyMoreIsForgotten) {
  const auto host = at("https://id.example");
  open(host);
  clock_.advance(gates_.pause_of(host)->until - clock_.boot_now() + std::chrono::minutes(14));
  gates_.turn();
  EXPECT_EQ(gates_.counts().open, 1U);
  clock_.advance(std::chrono::minutes(1));
  gates_.turn();
  EXPECT_EQ(gates_.counts().open, 0U);
  EXPECT_EQ(gates_.known(), 0U);
}

TEST_F(ProviderGatesTest, TheQueueIsBoundedAndSaysWhenToComeBack) {
  const auto host = at("https://id.example");
  enter("x", host);
  enter("y", host);
  for (std::size_t i = 0; i < ProviderGates::kMostInBackground; ++i) {
    enter("waits", host, Urgency::kBackground);
  }
  EXPECT_TRUE(refused_.empty());
  enter("too many", host, Urgency::kBackground);
  EXPECT_EQ(refused_, Names{"too many: overloaded"});
  EXPECT_GE(retry_after_, 1);
  EXPECT_TRUE(gates_.refusal(host, project_, Urgency::kBackground).has_value());
  EXPECT_FALSE(gates_.refusal(host, project_, Urgency::kLookup).has_value())
      << "robots have a queue of their own";
  for (std::size_t i = 0; i < ProviderGates::kMostWaiting; ++i) enter("waits", host);
  enter("one more", host);
  EXPECT_EQ(refused_.back(), "one more: overloaded");
}

TEST_F(ProviderGatesTest, NobodyWaitsForEver) {
  const auto host = at("https://id.example");
  enter("x", host);
  enter("y", host);
  enter("waits", host);
  clock_.advance(ProviderGates::kPatience - Milliseconds(1));
  gates_.turn();
  EXPECT_TRUE(refused_.empty());
  clock_.advance(Milliseconds(1));
  gates_.turn();
  EXPECT_EQ(refused_, Names{"waits: overloaded"});
  leave("x");
  EXPECT_EQ(names_inside(), Names{"y"});
}

TEST_F(GatesOfAProjectTest, HostsThatHangCostOneProjectItsShareAndTheOthersNothing) {
  // E30: a journal has 64 slots, and a project may have target systems at any number of hosts.
  for (int i = 0; i < 5; ++i) {
    enter("n" + std::to_string(i), at("https://h" + std::to_string(i) + ".example"));
  }
  EXPECT_EQ(names_inside(), (Names{"n0", "n1", "n2"}));
  EXPECT_EQ(gates_.counts().waiting, 2U);
  enter("n5", at("https://h0.example"));
  const ProjectId first = std::exchange(project_, other_);
  enter("of another", at("https://h3.example"));
  enter("behind it", at("https://h0.example"));
  EXPECT_EQ(names_inside(), (Names{"n0", "n1", "n2", "of another", "behind it"}));
  project_ = first;
  leave("n1");
  EXPECT_EQ(inside_.back().first, "n5") << "who waits at any host goes on";
  leave("of another");
  EXPECT_EQ(gates_.counts().waiting, 2U) << "one of another project makes no room";
  for (const char* name : {"n0", "n2", "n5"}) leave(name);
  EXPECT_EQ(names_inside(), (Names{"behind it", "n3", "n4"}));
  for (const char* name : {"behind it", "n3", "n4"}) leave(name);
  EXPECT_EQ(gates_.known(), 0U);
}

TEST_F(GatesOfAProjectTest, AProjectThatFillsItsQueueLeavesTheOthersTheirs) {
  const auto host = at("https://id.example");
  for (std::size_t i = 0; i < 3 + ProviderGates::kMostWaiting; ++i) enter("waits", host);
  EXPECT_TRUE(refused_.empty());
  enter("too many", host);
  EXPECT_EQ(refused_, Names{"too many: overloaded"});
  EXPECT_FALSE(gates_.refusal(host, other_, Urgency::kLookup).has_value());
  project_ = other_;
  enter("of another", host);
  EXPECT_EQ(inside_.back().first, "of another");
}

TEST_F(GatesOfASecondTest, NoMoreBeginInASecondThanTheLimitSays) {
  const auto host = at("https://id.example");
  for (int i = 0; i < 10; ++i) enter("n" + std::to_string(i), host);
  EXPECT_EQ(inside_.size(), 3U);
  clock_.advance(Milliseconds(400));
  gates_.turn();
  EXPECT_EQ(inside_.size(), 4U);
  clock_.advance(Milliseconds(300));
  gates_.turn();
  EXPECT_EQ(inside_.size(), 5U);
  clock_.advance(Seconds(10));
  gates_.turn();
  EXPECT_EQ(inside_.size(), 8U) << "what was not used is not saved up";
  EXPECT_TRUE(refused_.empty());
}

TEST_F(GatesOfAMinuteTest, TheProvidersEntrySaysHowManyBeginInAMinute) {
  // field.md pain 10
  const auto host = at("https://id.example");
  provider_ = "slow";
  for (int i = 0; i < 4; ++i) enter("n" + std::to_string(i), host);
  EXPECT_EQ(names_inside(), Names{"n0"});
  clock_.advance(Seconds(9));
  gates_.turn();
  EXPECT_EQ(inside_.size(), 1U);
  clock_.advance(Seconds(1));
  gates_.turn();
  EXPECT_EQ(inside_.size(), 2U);
  provider_ = "some";
  enter("elsewhere", at("https://other.example"));
  enter("elsewhere too", at("https://other.example"));
  EXPECT_EQ(inside_.size(), 4U) << "an entry that says nothing sets no limit";
  EXPECT_TRUE(refused_.empty());
}

TEST_F(GatesOfAMinuteTest, AnEntryThatIsReplacedCountsForThoseWhoWait) {
  const auto host = at("https://id.example");
  provider_ = "slow";
  for (int i = 0; i < 3; ++i) enter("n" + std::to_string(i), host);
  EXPECT_EQ(names_inside(), Names{"n0"});
  gates_.limit({{"slow", 60}});
  clock_.advance(Seconds(1));
  gates_.turn();
  EXPECT_EQ(inside_.size(), 2U);
  gates_.limit({});
  gates_.turn();
  EXPECT_EQ(inside_.size(), 3U) << "an entry that says nothing sets no limit";
}

TEST_F(GatesOfAMinuteTest, ASecondsWorthMayBeginTogetherAndAHostThatIsFullIsForgotten) {
  const auto host = at("https://id.example");
  provider_ = "quick";
  for (int i = 0; i < 4; ++i) enter("n" + std::to_string(i), host);
  EXPECT_EQ(inside_.size(), 2U) << "120 a minute are 2 a second";
  clock_.advance(Seconds(1));
  gates_.turn();
  EXPECT_EQ(inside_.size(), 4U);
  for (const char* name : {"n0", "n1", "n2", "n3"}) leave(name);
  gates_.turn();
  EXPECT_EQ(gates_.known(), 1U) << "it has just been asked";
  clock_.advance(Seconds(60));
  gates_.turn();
  EXPECT_EQ(gates_.known(), 0U);
}

TEST_F(ProviderGatesTest, AnEndpointThatFailsIsSaidOnceAndNobodyWaitsForIt) {
  //
  const auto bad = at("https://id.example", "/bad");
  const auto good = at("https://id.example", "/good");
  open(bad);
  enter("look-up", bad);
  enter("background", bad, Urgency::kBackground);
  EXPECT_EQ(refused_, (Names{"look-up: provider_unreachable", "background: provider_unreachable"}));
  EXPECT_GE(retry_after_, 1);
  EXPECT_LE(retry_after_, 6);
  EXPECT_TRUE(gates_.refusal(bad, project_, Urgency::kLookup).has_value());
  ASSERT_TRUE(gates_.pause_of(bad).has_value());
  EXPECT_EQ(gates_.pause_of(bad)->cause, FailureCause::kTimedOut);
  enter("beside it", good);
  EXPECT_EQ(names_inside(), Names{"beside it"});
  EXPECT_EQ(lines_.size(), 1U);
  EXPECT_NE(lines_.front().find("https://id.example/bad"), std::string::npos);
}

TEST_F(ProviderGatesTest, WhoWaitsAsItOpensIsToldAtOnceButForPeople) {
  const auto bad = at("https://id.example", "/bad");
  const auto good = at("https://id.example", "/good");
  for (int i = 0; i + 1 < kFailuresToOpen; ++i) {
    enter("fails", bad);
    leave("fails", FailureCause::kUnreachable);
  }
  enter("last", bad);
  enter("beside it", good);
  enter("waits", bad);
  enter("waits elsewhere", good);
  enter("person", bad, Urgency::kPerson);
  leave("last", FailureCause::kUnreachable);
  EXPECT_EQ(refused_, Names{"waits: provider_unreachable"});
  EXPECT_EQ(names_inside(), (Names{"beside it", "person"}));
}

TEST_F(ProviderGatesTest, OneFindsOutWhetherItWorksAgain) {
  const auto host = at("https://id.example");
  open(host);
  clock_.advance(gates_.pause_of(host)->until - clock_.boot_now());
  enter("probe", host);
  enter("second", host);
  EXPECT_EQ(names_inside(), Names{"probe"});
  EXPECT_EQ(refused_, Names{"second: provider_unreachable"});
  leave("probe", FailureCause::kUnreachable);
  enter("too early", host);
  EXPECT_EQ(refused_.back(), "too early: provider_unreachable");
  clock_.advance(gates_.pause_of(host)->until - clock_.boot_now());
  enter("next probe", host);
  leave_with_token("next probe");
  EXPECT_EQ(gates_.counts().open, 0U);
  enter("all again", host);
  EXPECT_EQ(names_inside(), Names{"all again"});
  ASSERT_EQ(lines_.size(), 2U) << "that it fails, and that it answers again";
  EXPECT_NE(lines_.back().find("answers again"), std::string::npos);
}

TEST_F(ProviderGatesTest, APersonIsLetThroughAndFindsOutForAll) {
  const auto host = at("https://id.example");
  open(host);
  EXPECT_FALSE(gates_.refusal(host, project_, Urgency::kPerson).has_value());
  enter("person", host, Urgency::kPerson);
  EXPECT_EQ(names_inside(), Names{"person"});
  leave_with_token("person");
  EXPECT_FALSE(gates_.pause_of(host).has_value());
}

TEST_F(ProviderGatesTest, APersonWhoFailsTakesNobodysPlaceAndLengthensNothing) {
  //
  const auto host = at("https://id.example");
  open(host);
  const BootTime until = gates_.pause_of(host)->until;
  enter("person", host, Urgency::kPerson);
  leave("person", FailureCause::kTimedOut);
  EXPECT_EQ(gates_.pause_of(host)->until, until);
  enter("person", host, Urgency::kPerson);
  clock_.advance(until - clock_.boot_now());
  enter("probe", host);
  EXPECT_EQ(names_inside(), (Names{"person", "probe"}));
  leave("person", FailureCause::kTimedOut);
  leave_with_token("probe");
  EXPECT_EQ(gates_.counts().open, 0U);
}

TEST_F(ProviderGatesTest, AProbeThatEndsWithoutARequestLeavesThePlaceToTheNext) {
  const auto host = at("https://id.example");
  open(host);
  clock_.advance(gates_.pause_of(host)->until - clock_.boot_now());
  enter("probe", host);
  leave("probe");
  enter("next", host);
  EXPECT_EQ(names_inside(), Names{"next"});
}

TEST_F(ProviderGatesTest, ARetryAfterHoldsAllClientsOfTheEndpointBack) {
  //
  const auto host = at("https://id.example");
  enter("asks", host);
  enter("asks too", host);
  enter("waits", host);
  leave("asks", FailureCause::kRateLimited, Seconds(7));
  EXPECT_EQ(refused_, Names{"waits: provider_unreachable"});
  EXPECT_EQ(retry_after_, 7);
  leave("asks too", FailureCause::kRateLimited, Seconds(7));
  clock_.advance(Seconds(6));
  enter("too early", host);
  EXPECT_EQ(refused_.back(), "too early: provider_unreachable");
  EXPECT_EQ(retry_after_, 1);
  EXPECT_EQ(gates_.counts().open, 0U);
  clock_.advance(Seconds(1));
  enter("then", host);
  EXPECT_EQ(names_inside(), Names{"then"});
  EXPECT_EQ(lines_.size(), 1U);
}

TEST_F(ProviderGatesTest, AfterTheEndNobodyIsLetThrough) {
  const auto host = at("https://id.example");
  enter("x", host);
  enter("y", host);
  enter("waits", host);
  gates_.close();
  EXPECT_EQ(refused_, Names{"waits: provider_unreachable"});
  leave("x");
  enter("late", host);
  EXPECT_EQ(refused_.size(), 2U);
  EXPECT_EQ(names_inside(), Names{"y"});
  gates_.turn();
}

TEST_F(ProviderGatesTest, WhoCannotGoOnBecauseTheServerStopsIsRefusedAndHoldsNobodyUp) {
  const auto host = at("https://id.example");
  enter("x", host);
  enter("y", host);
  for (int i = 0; i < 100; ++i) enter("waits", host);
  stopping_ = true;
  leave("x");
  EXPECT_EQ(refused_.size(), 1U);
  gates_.close();
  EXPECT_EQ(refused_.size(), 100U);
  leave("y");
  EXPECT_EQ(gates_.counts().inside, 0U);
}

TEST_F(ProviderGatesTest, WhatIsOverIsForgotten) {
  for (int i = 0; i < 1'000; ++i) {
    const auto host = at("https://h" + std::to_string(i) + ".example");
    enter("one", host);
    leave_with_token("one");
  }
  EXPECT_EQ(gates_.counts().inside, 0U);
  EXPECT_EQ(gates_.known(), 0U);
}

TEST_F(ProviderGatesTest, APassThatIsMovedIsGivenBackOnce) {
  const auto host = at("https://id.example");
  enter("a", host);
  enter("b", host);
  GatePass moved = std::move(pass_of("a"));
  moved = std::move(pass_of("b"));
  EXPECT_EQ(gates_.counts().inside, 1U);
  moved = GatePass();
  EXPECT_EQ(gates_.counts().inside, 0U);
  moved.note(nullptr);  // of no gate: nothing happens
}

}  // namespace
}  // namespace strongroom::vault
