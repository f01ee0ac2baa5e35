#include "http/client.h"

#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "http/testing/fake_client.h"

namespace strongroom::http {
namespace {

OutgoingRequest request_to(const char* url) {
  OutgoingRequest request;
  request.url = url;
  return request;
}

TEST(SendAndWait, GivesTheAnswer) {
  FakeClient client;
  client.answer(200, "hello");
  const ExchangeResult result = send_and_wait(client, request_to("https://a.example/"));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(result->body.reveal(), "hello");
  EXPECT_EQ(client.request(0).url, "https://a.example/");
}

TEST(SendAndWait, WaitsForAnAnswerFromAnotherThread) {
  FakeClient client;
  client.hold();
  client.fail(Hop::kTls, false);
  std::thread other([&] {
    EXPECT_TRUE(client.wait_for_requests(1));
    client.release();
  });
  const ExchangeResult result = send_and_wait(client, request_to("https://a.example/"));
  other.join();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().hop, Hop::kTls);
  EXPECT_FALSE(result.error().may_have_arrived);
}

TEST(FakeClient, FailsARequestThatNobodyScripted) {
  FakeClient client;
  EXPECT_FALSE(send_and_wait(client, request_to("https://a.example/")).has_value());
  EXPECT_EQ(client.count(), 1U);
}

TEST(FakeClient, ReleasesHeldAnswersInTheirOrder) {
  FakeClient client;
  client.hold();
  client.answer(201, "");
  client.answer(202, "");
  std::vector<int> seen;
  for (int i = 0; i < 2; ++i) {
    client.send(request_to("https://a.example/"),
                [&](ExchangeResult result) { seen.push_back(result->status); });
  }
  EXPECT_TRUE(seen.empty());
  EXPECT_TRUE(client.release_one());
  EXPECT_EQ(seen, std::vector<int>{201});
  client.release();
  EXPECT_EQ(seen, (std::vector<int>{201, 202}));
  EXPECT_FALSE(client.release_one());
}

}  // namespace
}  // namespace strongroom::http
