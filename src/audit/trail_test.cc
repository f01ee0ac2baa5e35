#include "audit/trail.h"

#include <atomic>
#include <future>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "audit/testing/trail_fixture.h"
#include "storage/fetch.h"
#include "storage/outbox_rows.h"

namespace strongroom::audit {
namespace {

using TrailTest = TrailFixture;

TEST_F(TrailTest, HasAnEventInTheChainWhenItSaysSo) {
  const Event first = event();
  ASSERT_TRUE(append(first).has_value());
  const auto page = trail_->list({});
  ASSERT_TRUE(page.has_value());
  ASSERT_EQ(page->entries.size(), 1U);
  EXPECT_EQ(page->total, 1);
  EXPECT_EQ(page->entries[0].sequence, 1);
  EXPECT_EQ(page->entries[0].json, to_json(first));
  const auto verification = verified();
  ASSERT_TRUE(verification.has_value());
  EXPECT_EQ(verification->events, 1);
  EXPECT_EQ(verification->head_hash, page->entries[0].hash);
}

TEST_F(TrailTest, CommitsTogetherWhatAThreadGathered) {
  std::latch answered(100);
  trail_->gather([&] {
    for (int i = 0; i < 100; ++i) {
      trail_->append(event(), [&](const Status& durable) {
        EXPECT_TRUE(durable.has_value());
        answered.count_down();
      });
    }
    EXPECT_TRUE(append_from_another_thread(event()).has_value());  // which gathers nothing
    EXPECT_EQ(trail_->counters().events, 1U);
  });
  answered.wait();
  EXPECT_EQ(trail_->counters().events, 101U);
  EXPECT_EQ(trail_->counters().commits, 2U);
  EXPECT_EQ(verified()->events, 101);
}

TEST_F(TrailTest, RefusesWhatWasGatheredBeyondTheRoomThereIs) {
  start(10);
  std::atomic<int> refused = 0;
  std::latch answered(25);
  trail_->gather([&] {
    for (int i = 0; i < 25; ++i) {
      trail_->append(event(), [&](const Status& durable) {
        if (!durable) ++refused;
        answered.count_down();
      });
    }
  });
  answered.wait();
  EXPECT_EQ(refused, 15);
  EXPECT_EQ(verified()->events, 10);
}

TEST_F(TrailTest, GathersForItselfOnly) {
  const auto other = Trail::open({.path = directory_.file("other.db")}, *state_, clock_, log_);
  ASSERT_TRUE(other.has_value());
  trail_->gather([&] {
    std::promise<void> durable;
    (*other)->append(event(), [&](const Status&) { durable.set_value(); });
    durable.get_future().wait();
  });
  EXPECT_EQ((*other)->counters().events, 1U);
}

TEST_F(TrailTest, GoesOnWhereItEndedWhenItIsOpenedAgain) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(append(event()).has_value());
  start();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(append(event()).has_value());
  EXPECT_EQ(verified()->events, 10);
}

TEST_F(TrailTest, MovesAChangeIntoTheChainOnce) {
  const Event told = event(Action::kRobotCreated);
  ASSERT_TRUE(change(told).has_value());
  ASSERT_TRUE(trail_->flush().has_value());
  EXPECT_EQ(outbox_size(), 0);
  EXPECT_EQ(ids(), std::set<std::string>{told.id.text()});
}

TEST_F(TrailTest, TellsNothingOfAChangeThatWasRolledBack) {
  const Status outcome = state_->write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(trail_->record_change(tx, event(Action::kRobotCreated)));
    return Error{Code::kConflict, "no"};
  });
  EXPECT_FALSE(outcome.has_value());
  ASSERT_TRUE(trail_->flush().has_value());
  EXPECT_EQ(trail_->counters().events, 0U);
}

TEST_F(TrailTest, MovesManyChangesInTheOrderInWhichTheyHappened) {
  std::vector<Event> events;
  ASSERT_TRUE(state_->write([&](storage::Transaction& tx) -> Status {
    for (int i = 0; i < 600; ++i) {  // more than are moved with one commit
      events.push_back(event(Action::kRobotUpdated));
      events.back().at = WallTime{Milliseconds{i}};
      STRONGROOM_CHECK(trail_->record_change(tx, events.back()));
    }
    return {};
  }));
  ASSERT_TRUE(trail_->flush().has_value());
  EXPECT_EQ(outbox_size(), 0);
  const auto page = trail_->list({.limit = 1000});
  ASSERT_EQ(page->entries.size(), 600U);
  for (std::size_t i = 0; i < 600; ++i) EXPECT_EQ(page->entries[599 - i].json, to_json(events[i]));
}

TEST_F(TrailTest, MovesWhatACrashLeftBehindWhenItOpens) {
  trail_.reset();
  const Event moved = event(Action::kRobotCreated);
  const Event left = event(Action::kRobotDeleted);
  const auto leave = [&](const Event& event) {
    return state_->write([&](storage::Transaction& tx) {
      return storage::insert_outbox_row(tx, {event.id, event.at, to_json(event)});
    });
  };
  ASSERT_TRUE(leave(moved).has_value());
  start();
  trail_.reset();
  ASSERT_TRUE(leave(moved).has_value());  // as if the crash came before it was deleted
  ASSERT_TRUE(leave(left).has_value());
  start();
  EXPECT_EQ(outbox_size(), 0);
  EXPECT_EQ(ids(), (std::set<std::string>{moved.id.text(), left.id.text()}));
  EXPECT_EQ(verified()->events, 2);
}

// Whoever waits for the move is told the same, whether it was theirs that failed or one before.
TEST_F(TrailTest, AnswersThatItCannotBeWrittenFromTheFirstFailedWriteOn) {
  const Event left = event();
  ASSERT_TRUE(state_->write([&](storage::Transaction& tx) {
    return storage::insert_outbox_row(tx, {left.id, left.at, to_json(left)});
  }));
  vfs_.fail_all_syncs(true);
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Status flushed = trail_->flush();
    ASSERT_FALSE(flushed.has_value()) << attempt;
    EXPECT_EQ(flushed.error().problem.view(), "audit_unavailable") << attempt;
  }
}

TEST_F(TrailTest, RefusesAnIdThatIsThereAndOnlyThat) {
  const Event twice = event();
  ASSERT_TRUE(append(twice).has_value());
  const Status refused = append(twice);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kConflict);
  EXPECT_TRUE(trail_->writable());
  EXPECT_TRUE(append(event()).has_value());
  EXPECT_EQ(verified()->events, 2);
}

TEST_F(TrailTest, RefusesAtOnceWhenTheQueueIsFull) {
  start(4);
  std::promise<void> go;
  std::latch busy(1);
  trail_->append(event(), [&](const Status&) {
    busy.count_down();
    go.get_future().wait();
  });
  busy.wait();  // the trail's thread stands still
  std::atomic<int> succeeded = 0;
  for (int i = 0; i < 4; ++i) {
    trail_->append(event(), [&](const Status& status) { succeeded += status ? 1 : 0; });
  }
  EXPECT_EQ(trail_->counters().queued, 4U);
  std::optional<Status> refused;
  trail_->append(event(), [&](Status status) { refused = std::move(status); });
  ASSERT_TRUE(refused.has_value());  // answered already, on this thread
  ASSERT_FALSE(refused->has_value());
  EXPECT_EQ(refused->error().code, Code::kUnavailable);
  go.set_value();
  ASSERT_TRUE(trail_->flush().has_value());
  EXPECT_EQ(succeeded, 4);
  EXPECT_EQ(verified()->events, 5);
}

TEST_F(TrailTest, SharesOneFsyncAmongEventsThatWait) {
  ASSERT_TRUE(append(event()).has_value());
  std::promise<void> go;
  std::latch busy(1);
  trail_->append(event(), [&](const Status&) {
    busy.count_down();
    go.get_future().wait();
  });
  busy.wait();
  const TrailCounters before = trail_->counters();
  std::latch done(64);
  for (int i = 0; i < 64; ++i) {
    trail_->append(event(), [&](const Status& status) {
      EXPECT_TRUE(status.has_value());
      done.count_down();
    });
  }
  go.set_value();
  done.wait();
  const TrailCounters after = trail_->counters();
  EXPECT_EQ(after.events - before.events, 64U);
  EXPECT_EQ(after.commits - before.commits, 1U);
  EXPECT_EQ(after.fsyncs - before.fsyncs, 1U);
}

TEST_F(TrailTest, FinishesWhatIsQueuedBeforeItStops) {
  std::atomic<int> succeeded = 0;
  for (int i = 0; i < 200; ++i) {
    trail_->append(event(), [&](const Status& status) { succeeded += status ? 1 : 0; });
  }
  trail_.reset();
  EXPECT_EQ(succeeded, 200);
  EXPECT_EQ(verified()->events, 200);
}

TEST_F(TrailTest, TakesEventsAndChangesOfManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kEach = 100;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        EXPECT_TRUE(append(event()).has_value());
        if (i % 10 == 0) {
          EXPECT_TRUE(change(event(Action::kRobotCreated)).has_value());
        }
        if (i % 25 == 0) {
          EXPECT_TRUE(trail_->list({}).has_value());
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(trail_->flush().has_value());
  EXPECT_EQ(verified()->events, kThreads * (kEach + kEach / 10));
  EXPECT_EQ(trail_->counters().events, static_cast<std::uint64_t>(verified()->events));
}

TEST_F(TrailTest, ListsNewestFirstWithTheExactTotalOfTheFilter) {
  const Uuid robot = crypto::make_uuid(clock_.now(), random_);
  for (int i = 0; i < 20; ++i) {
    Event one = event(i % 2 == 0 ? Action::kTokenHandedOut : Action::kLookupDenied);
    one.outcome = i % 2 == 0 ? Outcome::kSuccess : Outcome::kDenied;
    one.actor_id = i % 5 == 0 ? robot : one.id;
    one.project_id = robot;
    // A name that tries to look like a member.
    one.subject_name = "\",\"action\":\"robot.created\"";
    ASSERT_TRUE(append(one).has_value());
  }
  auto page = trail_->list({.action = "lookup.denied", .limit = 3});
  EXPECT_EQ(page->total, 10);
  ASSERT_EQ(page->entries.size(), 3U);
  EXPECT_EQ(page->entries[0].sequence, 20);
  EXPECT_EQ(page->entries[2].sequence, 16);
  page = trail_->list({.action = "lookup.denied", .before_sequence = 5});
  EXPECT_EQ(page->total, 10);
  EXPECT_EQ(page->entries.size(), 2U);
  EXPECT_EQ(trail_->list({.actor_id = robot.text()})->total, 4);
  EXPECT_EQ(trail_->list({.actor_id = robot.text(), .outcome = "success"})->total, 2);
  EXPECT_EQ(trail_->list({.project_id = robot.text()})->total, 20);
  EXPECT_EQ(trail_->list({.subject_id = robot.text()})->total, 0);
  EXPECT_EQ(trail_->list({.action = "robot.created"})->total, 0);
  EXPECT_EQ(trail_->list({.limit = 0})->entries.size(), 1U);
}

TEST_F(TrailTest, TheLastPageSaysThatItIsTheLastAlsoWhereItIsFull) {
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(append(event(i < 4 ? Action::kTokenHandedOut : Action::kLookupDenied)).has_value());
  }
  EXPECT_TRUE(trail_->list({.limit = 5})->more);
  EXPECT_FALSE(trail_->list({.limit = 6})->more);
  EXPECT_TRUE(trail_->list({.before_sequence = 5, .limit = 3})->more);
  EXPECT_FALSE(trail_->list({.before_sequence = 4, .limit = 3})->more);
  EXPECT_TRUE(trail_->list({.action = "token.handed_out", .limit = 3})->more);
  EXPECT_FALSE(trail_->list({.action = "token.handed_out", .limit = 4})->more);
  EXPECT_EQ(trail_->list({.action = "token.handed_out", .limit = 4})->entries.size(), 4U);
}

// It reads the whole trail, and those who ask are workers that others wait for.
TEST_F(TrailTest, MakesOneFilteredListAtATimeAndRefusesTheOthersAtOnce) {
  for (int i = 0; i < 500; ++i) trail_->append(event(), [](const Status&) {});
  ASSERT_TRUE(trail_->flush().has_value());
  std::atomic<int> refused = 0;
  const auto ask = [&] {
    for (int i = 0; i < 2000 && refused == 0; ++i) {
      const auto page = trail_->list({.outcome = "success"});
      if (page) continue;
      EXPECT_EQ(page.error().code, Code::kUnavailable);
      EXPECT_EQ(page.error().problem.view(), "overloaded");
      EXPECT_NE(page.error().find("retry_after"), nullptr);
      ++refused;
    }
  };
  std::thread other(ask);
  ask();
  other.join();
  EXPECT_GT(refused, 0);
  EXPECT_EQ(trail_->list({.outcome = "success"})->total, 500);
}

TEST_F(TrailTest, RefusesAFilterThatCannotMatch) {
  for (const auto& [query, field] : std::vector<std::pair<Trail::Query, std::string>>{
           {{.action = "token.handed"}, "action"},
           {{.outcome = "ok"}, "outcome"},
           {{.subject_id = "x\" OR 1=1"}, "subject_id"},
           {{.actor_id = "1"}, "actor_id"},
           {{.project_id = "%"}, "project_id"}}) {
    const auto page = trail_->list(query);
    ASSERT_FALSE(page.has_value()) << field;
    EXPECT_EQ(page.error().code, Code::kInvalidArgument);
    EXPECT_EQ(std::get<FieldPointer>(*page.error().find("field")).text, field);
  }
}

TEST_F(TrailTest, LetsNobodyElseAppendWhileItIsOpen) {
  const auto second = open();
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace strongroom::audit
