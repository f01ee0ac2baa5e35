#include "http/outgoing_rules.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace strongroom::http {
namespace {

OutgoingRequest request_to(std::string url) {
  OutgoingRequest request;
  request.url = std::move(url);
  return request;
}

Hop refused_at(const OutgoingRequest& request) {
  const auto url = check_request(request);
  EXPECT_FALSE(url.has_value());
  if (url) return Hop::kReceive;
  EXPECT_FALSE(url.error().may_have_arrived);
  return url.error().hop;
}

std::optional<ExchangeFailure> judge(const char* url, const AddressPolicy& policy,
                                     const std::vector<const char*>& texts) {
  std::vector<IpAddress> addresses;
  addresses.reserve(texts.size());
  for (const char* text : texts) addresses.push_back(IpAddress::parse(text).value());
  return judge_addresses(Url::parse(url).value(), policy, addresses);
}

TEST(CheckRequest, RefusesPlainHttpUnlessThePolicyAllowsIt) {
  //
  OutgoingRequest request = request_to("http://127.0.0.1/token");
  EXPECT_EQ(refused_at(request), Hop::kUrl);
  request.policy.allow_plain_http = true;
  EXPECT_TRUE(check_request(request).has_value());
}

TEST(CheckRequest, RefusesUrlsThatOnlyABrowserOrAShellWouldTake) {
  // A-030, E11
  for (const char* url : {"javascript:alert(1)", "file:///etc/passwd", "https://a@b.example/", "",
                          "https://a.example/#x", "https://2130706433/", "gopher://a.example/"}) {
    EXPECT_EQ(refused_at(request_to(url)), Hop::kUrl) << url;
  }
}

TEST(CheckRequest, RefusesHeadersThatWouldBecomeTwo) {
  const std::string nul("x\0y", 3);
  for (const Header& header : std::vector<Header>{{"X-A", "1\r\nX-B: 2"},
                                                  {"X-A", "1\n"},
                                                  {"X-A", nul},
                                                  {"X-A\r\nX-B", "1"},
                                                  {"X A", "1"},
                                                  {"", "1"},
                                                  {"X-A:", "1"},
                                                  {"Host", "other.example"},
                                                  {"content-length", "0"},
                                                  {"Transfer-Encoding", "chunked"}}) {
    OutgoingRequest request = request_to("https://a.example/");
    request.headers.push_back(header);
    EXPECT_EQ(refused_at(request), Hop::kSend) << header.name;
  }
  OutgoingRequest request = request_to("https://a.example/");
  request.headers = {{"Accept", "application/json"}, {"X-Empty", ""}};
  EXPECT_TRUE(check_request(request).has_value());
}

TEST(CheckRequest, RefusesASecretHeaderThatIsNotOneLine) {
  for (const char* line : {"Authorization: Basic abc\r\nX: y", "Authorization", "", ": x",
                           "Authorization:", "Authorization: a\n", "Host: a.example"}) {
    OutgoingRequest request = request_to("https://a.example/");
    request.secret_header.emplace(line);
    EXPECT_EQ(refused_at(request), Hop::kSend) << line;
  }
}

TEST(CheckRequest, RefusesAMethodThatIsNotAWord) {
  for (const char* method : {"", "get", "GET /", "POST\r\n", "P0ST"}) {
    OutgoingRequest request = request_to("https://a.example/");
    request.method = method;
    EXPECT_EQ(refused_at(request), Hop::kSend) << method;
  }
}

TEST(JudgeAddresses, RefusesANameThatHasOneClosedAddressAmongOpenOnes) {
  // A-104, E14
  const AddressPolicy policy;
  const auto failure = judge("https://a.example/", policy, {"8.8.8.8", "169.254.169.254"});
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->hop, Hop::kAddressPolicy);
  EXPECT_FALSE(failure->may_have_arrived);
  EXPECT_FALSE(judge("https://a.example/", policy, {"8.8.8.8", "2606:4700::1"}).has_value());
}

TEST(JudgeAddresses, AllowsPlainHttpOnlyToAllowedLoopback) {
  //
  AddressPolicy policy = AddressPolicy::parse({"127.0.0.0/8", "10.0.0.0/8"}).value();
  EXPECT_TRUE(judge("http://a.example/", policy, {"127.0.0.1"}).has_value());
  policy.allow_plain_http = true;
  EXPECT_FALSE(judge("http://a.example/", policy, {"127.0.0.1"}).has_value());
  EXPECT_TRUE(judge("http://a.example/", policy, {"10.0.0.1"}).has_value());
  EXPECT_TRUE(judge("http://a.example/", policy, {"8.8.8.8"}).has_value());
  EXPECT_TRUE(judge("http://a.example/", policy, {"127.0.0.1", "8.8.8.8"}).has_value());
}

TEST(JudgeAddresses, RefusesANameWithoutAddresses) {
  const auto failure = judge("https://a.example/", {}, {});
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->hop, Hop::kName);
}

}  // namespace
}  // namespace strongroom::http
