#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "http/curl_client.h"
#include "http/testing/client_fixture.h"

namespace strongroom::http {
namespace {

using std::chrono::milliseconds;

class CurlClientThreadsTest : public ClientTest {
 protected:
  std::future<ExchangeResult> begin(OutgoingRequest request) {
    std::promise<ExchangeResult> promise;
    std::future<ExchangeResult> answer = promise.get_future();
    client_->send(std::move(request),
                  [promise = std::move(promise)](ExchangeResult result) mutable {
                    promise.set_value(std::move(result));  // throws when it is called twice
                  });
    return answer;
  }
};

void say_nothing(ScriptedConnection& connection, const std::string&) {
  connection.wait_for_close();
}

TEST_F(CurlClientThreadsTest, CarriesManyExchangesAtOnceFromManyThreads) {
  ScriptedServer server(provider_identity(),
                        [](ScriptedConnection& connection, const std::string& request) {
                          const std::size_t body = request.find("\r\n\r\n") + 4;
                          connection.send(with_length("HTTP/1.1 200 OK", request.substr(body)));
                        });
  make_client({.max_per_host = 64});
  constexpr int kThreads = 4;
  constexpr int kEach = 50;
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::vector<std::future<ExchangeResult>> answers;
      answers.reserve(kEach);
      for (int i = 0; i < kEach; ++i) {
        OutgoingRequest request = request_to(server);
        request.body = RequestBody(std::to_string(t * kEach + i));
        answers.push_back(begin(std::move(request)));
      }
      for (int i = 0; i < kEach; ++i) {
        const ExchangeResult result = answers[static_cast<std::size_t>(i)].get();
        if (result && result->body.reveal() == std::to_string(t * kEach + i)) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, kThreads * kEach);
}

TEST_F(CurlClientThreadsTest, KeepsAHostThatHangsFromTakingAllThePlaces) {
  // E30
  ScriptedServer hanging(provider_identity(), say_nothing);
  ScriptedServer healthy(provider_identity(), with_length("HTTP/1.1 200 OK", ""));
  make_client({.max_exchanges = 4, .max_per_host = 2});
  std::vector<std::future<ExchangeResult>> stuck;
  stuck.reserve(6);
  for (int i = 0; i < 6; ++i) stuck.push_back(begin(request_to(hanging)));
  ASSERT_TRUE(hanging.wait_for_requests(2));
  EXPECT_TRUE(exchange(request_to(healthy)).has_value());
  EXPECT_EQ(hanging.connections(), 2U);
  client_.reset();
  for (auto& answer : stuck) EXPECT_FALSE(answer.get().has_value());
}

TEST_F(CurlClientThreadsTest, KeepsAProxyThatHangsFromTakingThePlacesOfThoseWhoGoWithoutIt) {
  // E30
  ScriptedServer server(provider_identity(), with_length("HTTP/1.1 200 OK", ""));
  ScriptedServer tar_pit(ScriptedServer::Options{}, say_nothing);
  resolver_.add("proxy.example", {"127.0.0.1"});
  make_client({.max_exchanges = 4, .max_per_host = 1});
  OutgoingRequest by_proxy = request_to(server);
  by_proxy.proxy = OutgoingProxy{.url = "http://proxy.example:" + std::to_string(tar_pit.port()),
                                 .credentials = std::nullopt,
                                 .trusted_ca_pem = "",
                                 .extra_ca_pem = "",
                                 .policy = std::nullopt};
  by_proxy.limits.connect_timeout = milliseconds(300'000);  // longer than the other one has
  by_proxy.limits.total_timeout = milliseconds(300'000);
  std::future<ExchangeResult> stuck = begin(std::move(by_proxy));
  ASSERT_TRUE(tar_pit.wait_for_requests(1));
  EXPECT_TRUE(exchange(request_to(server)).has_value());
  client_.reset();
  EXPECT_FALSE(stuck.get().has_value());
}

TEST_F(CurlClientThreadsTest, LetsTheNextOneBeginWhenOneEnds) {
  ScriptedServer server(provider_identity(), with_length("HTTP/1.1 200 OK", ""));
  make_client({.max_exchanges = 1, .max_per_host = 1});
  std::vector<std::future<ExchangeResult>> answers;
  answers.reserve(20);
  for (int i = 0; i < 20; ++i) {
    OutgoingRequest request = request_to(server);
    if (i % 3 == 0) request.policy = {};  // ends as it begins: its place must not be lost
    answers.push_back(begin(std::move(request)));
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i].get().has_value(), i % 3 != 0);
  }
}

TEST_F(CurlClientThreadsTest, TellsOneThatWaitedTooLongThatItWasNeverSent) {
  ScriptedServer server(provider_identity(), say_nothing);
  make_client({.max_exchanges = 1, .max_per_host = 1});
  std::future<ExchangeResult> first = begin(request_to(server));
  ASSERT_TRUE(server.wait_for_requests(1));
  OutgoingRequest request = request_to(server);
  request.limits.total_timeout = milliseconds(100);
  const ExchangeFailure late = failure(std::move(request));
  EXPECT_EQ(late.hop, Hop::kLocal);
  EXPECT_FALSE(late.may_have_arrived);
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(CurlClientThreadsTest, DoesNotWaitForANameServiceThatHangs) {
  // E30
  ScriptedServer server(provider_identity(), with_length("HTTP/1.1 200 OK", ""));
  resolver_.hold();
  OutgoingRequest request = request_to(server);
  request.limits.total_timeout = milliseconds(100);
  const ExchangeFailure late = failure(std::move(request));
  EXPECT_EQ(late.hop, Hop::kName);
  EXPECT_FALSE(late.may_have_arrived);
  resolver_.release();  // the answer comes for nobody
  EXPECT_TRUE(exchange(request_to(server)).has_value());
}

TEST_F(CurlClientThreadsTest, EndsEveryExchangeWhenItEnds) {
  ScriptedServer server(provider_identity(), say_nothing);
  make_client({.max_exchanges = 3, .max_per_host = 2});
  std::vector<std::future<ExchangeResult>> answers;
  answers.reserve(10);
  for (int i = 0; i < 10; ++i) answers.push_back(begin(request_to(server)));
  ASSERT_TRUE(server.wait_for_requests(2));
  client_.reset();
  std::size_t may_have_arrived = 0;
  for (auto& answer : answers) {
    ASSERT_EQ(answer.wait_for(milliseconds(0)), std::future_status::ready);
    const ExchangeResult result = answer.get();
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().message.view(), "Strongroom is shutting down.");
    if (result.error().may_have_arrived) ++may_have_arrived;
  }
  EXPECT_EQ(may_have_arrived, 2U);
}

TEST_F(CurlClientThreadsTest, EndsWhileNamesAreBeingResolved) {
  ScriptedServer server(provider_identity(), say_nothing);
  make_client({.resolver_threads = 1});
  resolver_.hold();
  std::vector<std::future<ExchangeResult>> answers;
  answers.reserve(5);
  for (int i = 0; i < 5; ++i) answers.push_back(begin(request_to(server)));
  ASSERT_TRUE(resolver_.wait_for_questions(1));
  std::thread ending([&] { client_.reset(); });
  for (auto& answer : answers) {
    const ExchangeResult result = answer.get();  // while the name is still being resolved
    ASSERT_FALSE(result.has_value());
    EXPECT_FALSE(result.error().may_have_arrived);
  }
  resolver_.release();
  ending.join();
}

TEST_F(CurlClientThreadsTest, LetsDoneSendAgainEvenWhileItEnds) {
  ScriptedServer server(provider_identity(), say_nothing);
  std::atomic<int> ended = 0;
  CurlClient* const client = client_.get();
  client->send(request_to(server), [&, client](ExchangeResult first) {
    EXPECT_FALSE(first.has_value());
    ++ended;
    client->send(request_to(server), [&](ExchangeResult second) {
      EXPECT_FALSE(second.has_value() || second.error().may_have_arrived);
      ++ended;
    });
  });
  ASSERT_TRUE(server.wait_for_requests(1));
  client_.reset();
  EXPECT_EQ(ended, 2);
}

TEST_F(CurlClientThreadsTest, CallsDoneOnAThreadOfItsOwn) {
  std::promise<std::thread::id> promise;
  OutgoingRequest request;
  request.url = "not a url";
  client_->send(std::move(request), [&](const ExchangeResult& result) {
    EXPECT_EQ(result.error().hop, Hop::kUrl);
    promise.set_value(std::this_thread::get_id());
  });
  EXPECT_NE(promise.get_future().get(), std::this_thread::get_id());
}

}  // namespace
}  // namespace strongroom::http
