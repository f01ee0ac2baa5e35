// What the trail has promised, after the power goes or the disk fails, at every moment.

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "audit/testing/trail_fixture.h"
#include "storage/testing/fault_store.h"

namespace strongroom::audit {
namespace {

class TrailCrash : public TrailFixture {
 protected:
  // Every promise is kept, none is kept twice, and the chain is sound.
  void check() {
    ASSERT_NO_FATAL_FAILURE(start());
    EXPECT_EQ(outbox_size(), 0);
    const std::set<std::string> found = ids();
    for (const std::string& id : promised_) EXPECT_TRUE(found.contains(id)) << id;
    const auto verification = verified();
    ASSERT_TRUE(verification.has_value()) << verification.error().detail;
    EXPECT_EQ(verification->events, static_cast<std::int64_t>(found.size()));
  }
  void promise(const Event& event) {
    const std::lock_guard lock(mutex_);
    promised_.insert(event.id.text());
  }
  // A few events and a change, as long as the trail takes them.
  void work() {
    for (int i = 0; i < 4; ++i) {
      const Event handed_out = event();
      if (append(handed_out)) promise(handed_out);
      if (i % 2 == 1) continue;
      const Event changed = event(Action::kRobotCreated);
      if (change(changed)) promise(changed);  // committed with the state: must come in time
    }
    const Status flushed = trail_->flush();
    EXPECT_EQ(flushed.has_value(), trail_->writable());
  }

  std::mutex mutex_;
  std::set<std::string> promised_;
};

TEST_F(TrailCrash, KeepsWhatItPromisedWhicheverSyncTheCrashHits) {
  bool crashed = true;
  int rounds = 0;
  for (; crashed; ++rounds) {
    const bool torn = rounds % 2 == 1;
    vfs_.seed(static_cast<std::uint32_t>(rounds));
    vfs_.crash_at_sync(rounds / 2 + 1, torn);
    work();
    trail_.reset();
    crashed = vfs_.has_crashed();
    vfs_.revive();
    ASSERT_NO_FATAL_FAILURE(check());
  }
  EXPECT_GT(rounds, 8);
}

TEST_F(TrailCrash, KeepsWhatItPromisedToManyThreads) {
  for (int round = 1; round <= 10; ++round) {
    vfs_.seed(static_cast<std::uint32_t>(round));
    vfs_.crash_at_sync(2 * round, round % 2 == 0);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        while (true) {
          const Event handed_out = event();
          if (!append(handed_out)) return;
          promise(handed_out);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_FALSE(trail_->writable());
    trail_.reset();
    vfs_.revive();
    ASSERT_NO_FATAL_FAILURE(check());
  }
  EXPECT_GT(promised_.size(), 40U);
}

TEST_F(TrailCrash, LetsNothingSucceedAfterAFailedSyncUntilItWasVerified) {
  const Event before = event();
  ASSERT_TRUE(append(before).has_value());
  promise(before);
  vfs_.fail_all_syncs(true);
  for (int i = 0; i < 20; ++i) {
    const Status refused = append(event());
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Code::kUnavailable);
    EXPECT_FALSE(trail_->writable());
  }
  EXPECT_GE(trail_->counters().failures, 1U);
  const Event changed = event(Action::kRobotKeyRevoked);  // rights may still be taken away
  ASSERT_TRUE(change(changed).has_value());
  promise(changed);
  EXPECT_FALSE(trail_->flush().has_value());
  EXPECT_EQ(outbox_size(), 1);

  vfs_.fail_all_syncs(false);
  ASSERT_TRUE(trail_->flush().has_value());  // asking is enough to try again
  EXPECT_TRUE(trail_->writable());
  const Event after = event();
  ASSERT_TRUE(append(after).has_value());
  promise(after);
  vfs_.crash(true);
  trail_.reset();
  vfs_.revive();
  check();
}

TEST_F(TrailCrash, RecoversByItselfWhenNobodyAsks) {
  vfs_.fail_sync(1);
  EXPECT_FALSE(append(event()).has_value());
  while (!trail_->writable()) std::this_thread::yield();  // within a second or so
  EXPECT_TRUE(append(event()).has_value());
}

// Linux forgets what a failed fsync was about; what comes later must not stand on it.
TEST_F(TrailCrash, StandsOnNothingThatAFailedSyncLost) {
  for (int nth = 1; nth <= 8; ++nth) {
    vfs_.fail_sync(nth);
    for (int i = 0; i < 12; ++i) {
      const Event handed_out = event();
      if (append(handed_out)) {
        promise(handed_out);
      } else {
        (void)trail_->flush().has_value();  // recovers
      }
    }
    vfs_.crash(nth % 2 == 0);
    trail_.reset();
    vfs_.revive();
    ASSERT_NO_FATAL_FAILURE(check());
  }
  EXPECT_GT(promised_.size(), 80U);
}

TEST_F(TrailCrash, SaysUnavailableOnAFullDiskAndRecovers) {
  vfs_.set_full(true);
  Event large = event();
  large.subject_name = std::string(100'000, 'x');
  const Status refused = append(large);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
  EXPECT_FALSE(trail_->writable());
  vfs_.set_full(false);
  ASSERT_TRUE(trail_->flush().has_value());
  EXPECT_TRUE(append(event()).has_value());
  check();
}

// Reading the outbox, or deleting from it, fails at each call in turn.
TEST_F(TrailCrash, MovesEachChangeOnceWhateverTheStateStoreDoes) {
  storage::FaultStore faults(*state_);
  for (const auto kind : {storage::FaultStore::Kind::kBefore, storage::FaultStore::Kind::kAfter}) {
    for (int n = 1; n <= 4; ++n) {
      trail_.reset();
      auto opened = Trail::open({.path = path_, .vfs = vfs_.name()}, faults, clock_, log_);
      ASSERT_TRUE(opened.has_value());
      trail_ = *std::move(opened);
      const Event changed = event(Action::kRobotCreated);
      faults.fail_call(n, kind);
      ASSERT_TRUE(change(changed).has_value());
      promise(changed);
      while (!trail_->flush()) std::this_thread::yield();
      faults.fail_call(0);
      ASSERT_TRUE(trail_->flush().has_value());
      ASSERT_NO_FATAL_FAILURE(check());
    }
  }
}

}  // namespace
}  // namespace strongroom::audit
