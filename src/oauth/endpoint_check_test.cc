#include "oauth/endpoint_check.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::oauth {
namespace {

CheckVerdict verdict(const EndpointCheck& check, CheckHop hop) {
  return check.steps.at(static_cast<std::size_t>(hop)).verdict;
}

CheckFacts whole(const std::string& proxy = "") {
  CheckFacts facts{.endpoint = "https://login.example.org/token", .proxy = proxy};
  facts.trace.addresses = {*http::IpAddress::parse("8.8.8.8")};
  facts.has_secret = true;
  facts.why_no_secret = "";
  return facts;
}

TEST(EndpointCheck, PassesEveryHopOfAGoodExchange) {
  const EndpointCheck check = check_of(whole(), nullptr);
  EXPECT_TRUE(check.good());
  ASSERT_EQ(check.steps.size(), kCheckHops);
  EXPECT_EQ(verdict(check, CheckHop::kName), CheckVerdict::kPassed);
  EXPECT_EQ(verdict(check, CheckHop::kProxy), CheckVerdict::kSkipped);
  EXPECT_EQ(verdict(check, CheckHop::kOAuth), CheckVerdict::kPassed);
  EXPECT_EQ(failed_hop(check), "");
}

TEST(EndpointCheck, NamesTheHopAndReachesNoneBehindIt) {
  const TokenFailure failure{.cause = FailureCause::kTls};
  const EndpointCheck check = check_of(whole(), &failure);
  EXPECT_EQ(failed_hop(check), "tls");
  EXPECT_EQ(cause_name(check), "tls");
  EXPECT_EQ(verdict(check, CheckHop::kTcp), CheckVerdict::kPassed);
  EXPECT_EQ(verdict(check, CheckHop::kTls), CheckVerdict::kFailed);
  EXPECT_EQ(verdict(check, CheckHop::kHttp), CheckVerdict::kNotReached);
  EXPECT_FALSE(check.message.view().empty());
}

TEST(EndpointCheck, HasAHopForEveryCause) {
  for (int i = 0; i <= static_cast<int>(kLastFailureCause); ++i) {
    const TokenFailure failure{.cause = static_cast<FailureCause>(i), .status = 400};
    const EndpointCheck check = check_of(whole(), &failure);
    EXPECT_FALSE(failed_hop(check).empty()) << i;
    EXPECT_FALSE(check.message.view().empty()) << i;
  }
}

TEST(EndpointCheck, PromisesNothingOfAFaultThatSomebodyHasToMend) {
  for (const FailureCause cause : {FailureCause::kTlsUntrusted, FailureCause::kTlsNameMismatch,
                                   FailureCause::kTlsExpired, FailureCause::kProxyAuthentication}) {
    const TokenFailure failure{.cause = cause};
    EXPECT_FALSE(check_of(whole(), &failure).transient) << facts_of(cause).name.view();
    EXPECT_NE(facts_of(cause).who, WhoMustAct::kNobody);
  }
  const TokenFailure passing{.cause = FailureCause::kUnreachable};
  EXPECT_TRUE(check_of(whole(), &passing).transient);
}

TEST(EndpointCheck, SaysThatTheProxyResolvesAName) {
  CheckFacts facts = whole("http://proxy.example:3128");
  facts.trace.addresses.clear();
  const EndpointCheck check = check_of(std::move(facts), nullptr);
  EXPECT_EQ(verdict(check, CheckHop::kName), CheckVerdict::kSkipped);
  EXPECT_EQ(verdict(check, CheckHop::kProxy), CheckVerdict::kPassed);
}

TEST(EndpointCheck, TakesAnyAnswerForGoodWhereNoSecretWasSent) {
  CheckFacts facts = whole();
  facts.has_secret = false;
  const TokenFailure refused{.cause = FailureCause::kInvalidRequest, .status = 400};
  EXPECT_TRUE(check_of(facts, &refused).good());
  const TokenFailure moved{.cause = FailureCause::kRedirected, .status = 302};
  EXPECT_EQ(failed_hop(check_of(facts, &moved)), "http");
  const TokenFailure lost{.cause = FailureCause::kUnreachable};
  EXPECT_EQ(failed_hop(check_of(facts, &lost)), "tcp");
}

TEST(EndpointCheck, FailsInTheSettingsWhereTheyMakeNoAddress) {
  const EndpointCheck check = failed_in_settings("The settings make no token request.");
  EXPECT_EQ(failed_hop(check), "settings");
  EXPECT_EQ(verdict(check, CheckHop::kName), CheckVerdict::kNotReached);
}

}  // namespace
}  // namespace strongroom::oauth
