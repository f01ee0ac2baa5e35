#include "app/loopback_callback.h"

#include <chrono>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "crypto/random.h"
#include "http/curl_client.h"
#include "http/resolver.h"
#include "http/testing/raw_client.h"

namespace strongroom::app {
namespace {

using std::chrono::seconds;

struct LoopbackCallbackTest : testing::Test {
  // The status of a GET as a browser at this machine sends it.
  int get(const std::string& url) {
    http::OutgoingRequest request;
    request.method = "GET";
    request.url = url;
    request.policy = *http::AddressPolicy::parse({"127.0.0.0/8"});
    request.policy.allow_plain_http = true;
    const auto answer = http::send_and_wait(client, std::move(request));
    return answer ? answer->status : 0;
  }
  // As a browser does whose page is of `host`, a name that leads here.
  int get_as(const std::string& host, const std::string& url) const {
    http::RawClient browser(port());
    return browser
        .exchange("GET " + url.substr(url.find("/callback")) + " HTTP/1.1\r\nHost: " + host +
                  "\r\n\r\n")
        .status;
  }
  std::uint16_t port() const {
    const std::string at = callback.redirect_uri();
    return static_cast<std::uint16_t>(std::stoi(at.substr(at.rfind(':') + 1)));
  }
  std::string answer(const std::string& more = "&code=the-code") {
    return callback.redirect_uri() + "?state=" + std::string(state.reveal()) + more;
  }

  SystemClock clock;
  Log log{clock, Log::Format::kText, [](std::string_view) {}, LogLevel::kError};
  crypto::SystemRandom random;
  http::SystemResolver resolver;
  http::CurlClient client{http::CurlClient::Options{.resolver_threads = 1}, clock, resolver, log};
  const oauth::State state = oauth::new_state(random);
  LoopbackCallback callback{state, log};
};

TEST_F(LoopbackCallbackTest, TakesTheOneAnswerThatHasTheStateAndThenIsGone) {
  //
  ASSERT_TRUE(callback.start(0));
  const std::string at = callback.redirect_uri();
  EXPECT_TRUE(at.starts_with("http://127.0.0.1:")) << at;
  EXPECT_TRUE(at.ends_with("/callback")) << at;
  // Another program of the machine connects first, with an answer that it made up.
  EXPECT_EQ(get(at), 400);
  EXPECT_EQ(get(at + "?code=forged"), 400);
  EXPECT_EQ(get(at + "?code=forged&state=" + std::string(43, 'A')), 400);
  EXPECT_EQ(get(answer("&code=a&code=b")), 400);
  EXPECT_EQ(get(answer("&code=the-code") + "&state=x"), 400);
  EXPECT_EQ(get(at.substr(0, at.rfind('/')) + "/"), 404);
  EXPECT_EQ(get_as("evil.example", answer()), 404);
  EXPECT_EQ(get_as("localhost:" + std::to_string(port()), answer()), 404);

  EXPECT_EQ(get(answer()), 200);
  EXPECT_EQ(get(answer("&code=another")), 400);
  auto taken = callback.wait(seconds(60));
  ASSERT_TRUE(taken);
  const auto code = std::move(*taken).take({});
  ASSERT_TRUE(code);
  EXPECT_EQ(code->reveal(), "the-code");
  EXPECT_EQ(get(answer()), 0);  // nothing listens any more
}

TEST_F(LoopbackCallbackTest, GivesUpWhenNobodyComes) {
  //
  ASSERT_TRUE(callback.start(0));
  const std::string late = answer();
  const auto taken = callback.wait(seconds(0));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Code::kUnavailable);
  EXPECT_EQ(get(late), 0);
}

TEST_F(LoopbackCallbackTest, SaysThatAPortIsTaken) {
  //
  ASSERT_TRUE(callback.start(0));
  LoopbackCallback second(state, log);
  const Status taken = second.start(port());
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace strongroom::app
