#include "http/resolver_pool.h"

#include <atomic>
#include <future>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "http/testing/fake_resolver.h"

namespace strongroom::http {
namespace {

using Answer = Result<std::vector<IpAddress>>;

TEST(ResolverPool, AnswersOnAThreadOfItsOwn) {
  FakeResolver resolver;
  resolver.add("a.example", {"192.0.2.1"});
  ResolverPool pool(resolver, 2, 10);
  std::promise<std::thread::id> promise;
  ASSERT_TRUE(pool.ask("a.example", [&](const Answer& answer) {
    EXPECT_EQ(answer->at(0).text(), "192.0.2.1");
    promise.set_value(std::this_thread::get_id());
  }));
  EXPECT_NE(promise.get_future().get(), std::this_thread::get_id());
}

TEST(ResolverPool, RefusesMoreQuestionsThanItsQueueHolds) {
  // E30
  FakeResolver resolver;
  resolver.hold();
  ResolverPool pool(resolver, 1, 2);
  EXPECT_TRUE(pool.ask("a.example", [](const Answer&) {}));
  ASSERT_TRUE(resolver.wait_for_questions(1));  // the one thread has it; the queue is empty again
  EXPECT_TRUE(pool.ask("b.example", [](const Answer&) {}));
  EXPECT_TRUE(pool.ask("c.example", [](const Answer&) {}));
  EXPECT_FALSE(pool.ask("d.example", [](const Answer&) {}));
  resolver.release();
}

TEST(ResolverPool, AsksForANameOnceHoweverManyWantItSoThatOtherNamesHaveAThread) {
  FakeResolver resolver;
  resolver.add("dead.example", {"192.0.2.1"});
  resolver.add("alive.example", {"192.0.2.2"});
  resolver.hold();
  std::atomic<int> answered = 0;
  {
    ResolverPool pool(resolver, 2, 10);
    const auto count = [&](const Answer& answer) { answered += answer ? 1 : 0; };
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(pool.ask("dead.example", count));
    ASSERT_TRUE(resolver.wait_for_questions(1));
    EXPECT_TRUE(pool.ask("dead.example", count));
    EXPECT_TRUE(pool.ask("alive.example", count));
    EXPECT_TRUE(resolver.wait_for_questions(2));
    EXPECT_EQ(resolver.asked_for("dead.example"), 1U);
    EXPECT_EQ(resolver.asked_for("alive.example"), 1U);
    resolver.release();
  }
  EXPECT_EQ(answered, 5);
}

TEST(ResolverPool, CountsThoseWhoWaitForARunningAnswerAgainstItsQueue) {
  FakeResolver resolver;
  resolver.hold();
  ResolverPool pool(resolver, 1, 2);
  EXPECT_TRUE(pool.ask("a.example", [](const Answer&) {}));
  ASSERT_TRUE(resolver.wait_for_questions(1));
  EXPECT_TRUE(pool.ask("a.example", [](const Answer&) {}));
  EXPECT_TRUE(pool.ask("a.example", [](const Answer&) {}));
  EXPECT_FALSE(pool.ask("a.example", [](const Answer&) {}));
  resolver.release();
}

TEST(ResolverPool, WaitsForTheAnswersThatAreUnderWayWhenItEnds) {
  FakeResolver resolver;
  resolver.hold();
  bool answered = false;
  {
    ResolverPool pool(resolver, 1, 2);
    ASSERT_TRUE(pool.ask("a.example", [&](const Answer&) { answered = true; }));
    ASSERT_TRUE(resolver.wait_for_questions(1));
    resolver.release();
  }
  EXPECT_TRUE(answered);
}

}  // namespace
}  // namespace strongroom::http
