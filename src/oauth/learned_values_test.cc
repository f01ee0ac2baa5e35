#include "oauth/learned_values.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace strongroom::oauth {
namespace {

using catalogue::LearnedFrom;
using catalogue::LearnedKind;
using catalogue::LearnedValue;
using catalogue::Provider;

const std::vector<std::string> suffixes = {".salesforce.com", ".sandbox.example.org"};

std::string learned(LearnedKind kind, std::string_view text) {
  LearnedValue value{.name = "it", .member = "it", .kind = kind};
  if (kind != LearnedKind::kText) value.host_suffixes = suffixes;
  return learned_text(value, text).value_or("none");
}

http::IncomingResponse answer(std::string_view body) {
  http::IncomingResponse response;
  response.status = 200;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = http::ResponseBody(body);
  return response;
}

Provider salesforce_like() {
  Provider provider;
  provider.learned = {{.name = "instance_url",
                       .member = "instance_url",
                       .kind = LearnedKind::kUrl,
                       .host_suffixes = suffixes},
                      {.name = "org", .member = "orgId"},
                      {.name = "realm_id", .member = "realmId", .from = LearnedFrom::kCallback}};
  return provider;
}

TEST(LearnedValues, TakeIdentifiersAndNothingElse) {
  for (const std::string good : {"9130355377388383", "a", "eu-1", "a_b.c", "A9"}) {
    EXPECT_EQ(learned(LearnedKind::kText, good), good);
  }
  for (const std::string_view bad : {"",
                                     " ",
                                     "a b",
                                     "a\nb",
                                     "a\r\nX-Evil: 1",
                                     "-a",
                                     "a-",
                                     ".",
                                     "..",
                                     "../a",
                                     "a/b",
                                     "a?b",
                                     "a#b",
                                     "<b>",
                                     "\"",
                                     "'",
                                     "\\",
                                     "a%2e",
                                     "\xc3\xa9",
                                     "\xe2\x80\xae"
                                     "a",
                                     "{a}"}) {
    EXPECT_EQ(learned(LearnedKind::kText, bad), "none") << bad;
  }
  EXPECT_EQ(learned(LearnedKind::kText, std::string_view("a\0b", 3)), "none");
  EXPECT_EQ(learned(LearnedKind::kText, std::string(kMaxLearnedValue, 'a')).size(),
            kMaxLearnedValue);
  EXPECT_EQ(learned(LearnedKind::kText, std::string(kMaxLearnedValue + 1, 'a')), "none");
}

TEST(LearnedValues, TakeHostsUnderTheirSuffixesOnly) {
  EXPECT_EQ(learned(LearnedKind::kHost, "na1.salesforce.com"), "na1.salesforce.com");
  EXPECT_EQ(learned(LearnedKind::kHost, "NA1.My.Salesforce.COM"), "na1.my.salesforce.com");
  EXPECT_EQ(learned(LearnedKind::kHost, "x.sandbox.example.org"), "x.sandbox.example.org");
  for (const std::string_view bad : {"",
                                     "evil.example",
                                     "salesforce.com",
                                     ".salesforce.com",
                                     "evilsalesforce.com",
                                     "na1.salesforce.com.",
                                     "na1.salesforce.com.evil.example",
                                     "na1..salesforce.com",
                                     "na1.salesforce.com:443",
                                     "na1.salesforce.com/",
                                     "user@na1.salesforce.com",
                                     "na1.salesforce.com\n",
                                     " na1.salesforce.com",
                                     "127.0.0.1",
                                     "[::1]",
                                     "localhost",
                                     "xn--80ak6aa92e.salesforce.com",
                                     "a.xn--80ak6aa92e.salesforce.com",
                                     "n\xd0\xb0"
                                     "1.salesforce.com",
                                     "na1%2esalesforce.com",
                                     "-a.salesforce.com",
                                     "x.example.org",
                                     "sandbox.example.org",
                                     "https://na1.salesforce.com"}) {
    EXPECT_EQ(learned(LearnedKind::kHost, bad), "none") << bad;
  }
}

TEST(LearnedValues, TakeAddressesOfSuchHostsOnly) {
  EXPECT_EQ(learned(LearnedKind::kUrl, "https://na1.salesforce.com"), "https://na1.salesforce.com");
  EXPECT_EQ(learned(LearnedKind::kUrl, "https://NA1.salesforce.com/"),
            "https://na1.salesforce.com/");
  EXPECT_EQ(learned(LearnedKind::kUrl, "https://na1.salesforce.com/id/v2.0"),
            "https://na1.salesforce.com/id/v2.0");
  for (const std::string_view bad : {"",
                                     "na1.salesforce.com",
                                     "http://na1.salesforce.com",
                                     "HTTPS://na1.salesforce.com",
                                     "https://evil.example",
                                     "https://evil.example/na1.salesforce.com",
                                     "https://na1.salesforce.com@evil.example",
                                     "https://u@na1.salesforce.com",
                                     "https://u:p@na1.salesforce.com",
                                     "https://na1.salesforce.com:443",
                                     "https://na1.salesforce.com:8443/",
                                     "https://na1.salesforce.com/../a",
                                     "https://na1.salesforce.com/a/..",
                                     "https://na1.salesforce.com/./a",
                                     "https://na1.salesforce.com//evil.example",
                                     "https://na1.salesforce.com/%2e%2e/a",
                                     "https://na1.salesforce.com/a?b=c",
                                     "https://na1.salesforce.com/#a",
                                     "https://na1.salesforce.com?",
                                     "https://evil.example\\.salesforce.com",
                                     "https://evil.example#.salesforce.com",
                                     "https://evil.example?.salesforce.com",
                                     "https://na1.salesforce.com\t",
                                     "https://na1.salesforce.com/a b",
                                     "javascript:alert(1)",
                                     "https://[::1]",
                                     "https://127.0.0.1",
                                     "https://salesforce.com",
                                     "https://xn--80ak6aa92e.salesforce.com/",
                                     "//na1.salesforce.com",
                                     "https:///a"}) {
    EXPECT_EQ(learned(LearnedKind::kUrl, bad), "none") << bad;
  }
}

TEST(LearnedValues, ComeWithTheAnswer) {
  const Learned learned = learned_from_answer(
      salesforce_like(),
      answer(R"({"access_token":"a","instance_url":"https://na1.salesforce.com","orgId":17,)"
             R"("realmId":"of the answer"})"));
  EXPECT_EQ(learned.values, (std::map<std::string, std::string>{
                                {"instance_url", "https://na1.salesforce.com"}, {"org", "17"}}));
  EXPECT_TRUE(learned.dropped.empty());
}

TEST(LearnedValues, OfAnAnswerThatAreNoneAreDroppedByName) {
  const Learned learned = learned_from_answer(
      salesforce_like(), answer(R"({"instance_url":"https://evil.example","orgId":{"a":1}})"));
  EXPECT_TRUE(learned.values.empty());
  EXPECT_EQ(learned.dropped, (std::vector<std::string>{"instance_url", "org"}));
  for (const std::string_view nothing : {"", "[]", "{}", "{\"orgId\":null}", "<html>"}) {
    const Learned none = learned_from_answer(salesforce_like(), answer(nothing));
    EXPECT_TRUE(none.values.empty() && none.dropped.empty()) << nothing;
  }
}

TEST(LearnedValues, StandWhereTheTokensStand) {
  Provider provider = salesforce_like();
  provider.response.envelope = {"data"};
  EXPECT_TRUE(learned_from_answer(provider, answer(R"({"orgId":"7"})")).values.empty());
  EXPECT_EQ(learned_from_answer(provider, answer(R"({"data":{"orgId":"7"}})")).values.at("org"),
            "7");
}

TEST(LearnedValues, ComeWithTheCallback) {
  const Provider provider = salesforce_like();
  const Learned learned =
      learned_from_callback(provider, "code=c&state=s&realmId=91303%35&orgId=8");
  EXPECT_EQ(learned.values, (std::map<std::string, std::string>{{"realm_id", "913035"}}));
  for (const std::string_view bad :
       {"realmId=a%0D%0Ab", "realmId=%zz", "realmId=../..", "realmId=a+b", "realmId=%00"}) {
    const Learned dropped = learned_from_callback(provider, bad);
    EXPECT_TRUE(dropped.values.empty()) << bad;
    EXPECT_EQ(dropped.dropped, std::vector<std::string>{"realm_id"}) << bad;
  }
  const Learned none = learned_from_callback(provider, "realmId=&realmid=7&realm=7&=&&");
  EXPECT_TRUE(none.values.empty() && none.dropped.empty());
}

}  // namespace
}  // namespace strongroom::oauth
