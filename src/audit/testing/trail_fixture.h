#pragma once
// A trail in a directory of its own, above files that lose and fail as a test asks.

#include <cstdint>
#include <future>
#include <memory>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "audit/checkpoint.h"
#include "audit/trail.h"
#include "audit/verify.h"
#include "base/clock.h"
#include "base/log.h"
#include "crypto/random.h"
#include "crypto/uuid.h"
#include "storage/fetch.h"
#include "storage/sqlite_store.h"
#include "storage/testing/lossy_vfs.h"
#include "storage/testing/temporary_directory.h"

namespace strongroom::audit {

class TrailFixture : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(start()); }

  // Opens the state database, which loses nothing, and the trail above the lossy files.
  void start(std::size_t max_queued = 8192) {
    trail_.reset();
    if (!state_) {
      auto state = storage::open_sqlite({.path = directory_.file("state.db")},
                                        storage::state_schema(), log_);
      ASSERT_TRUE(state.has_value()) << state.error().detail;
      state_ = *std::move(state);
    }
    auto trail = open(max_queued);
    ASSERT_TRUE(trail.has_value()) << trail.error().message.view() << trail.error().detail;
    trail_ = *std::move(trail);
  }
  Result<std::unique_ptr<Trail>> open(std::size_t max_queued = 8192) {
    return Trail::open({.path = path_,
                        .vfs = vfs_.name(),
                        .max_queued = max_queued,
                        .key = &key_,
                        .checkpoint_events = checkpoint_events_},
                       *state_, clock_, log_);
  }

  Event event(Action action = Action::kTokenHandedOut) {
    const WallTime now = clock_.now();
    return {.id = crypto::make_uuid(now, random_), .at = now, .action = action};
  }
  // Appends and waits for the answer.
  Status append(const Event& event) {
    std::promise<Status> answer;
    trail_->append(event, [&](Status status) { answer.set_value(std::move(status)); });
    return answer.get_future().get();
  }
  Status append_from_another_thread(const Event& event) {
    return std::async(std::launch::async, [&] { return append(event); }).get();
  }
  // A change that is told of: a row in the outbox, in a transaction.
  Status change(const Event& event) {
    return state_->write(
        [&](storage::Transaction& tx) { return trail_->record_change(tx, event); });
  }
  Result<Verification> verified() { return verify(path_, log_); }
  std::int64_t outbox_size() {
    return *storage::read<std::int64_t>(*state_, [](storage::Snapshot& snapshot) {
      return storage::fetch_integer(snapshot, "SELECT COUNT(*) FROM audit_outbox");
    });
  }
  // The ids of all events in the chain. Fails the test if one is there twice.
  std::set<std::string> ids() {
    std::set<std::string> ids;
    std::int64_t before = 0;
    while (true) {
      const auto page = trail_->list({.before_sequence = before, .limit = 1000});
      EXPECT_TRUE(page.has_value());
      if (!page || page->entries.empty()) return ids;
      for (const Trail::Entry& entry : page->entries) {
        EXPECT_TRUE(ids.insert(entry.json.substr(7, 36)).second);
      }
      before = page->entries.back().sequence;
    }
  }

  storage::TemporaryDirectory directory_;
  std::string path_ = directory_.file("audit.db");
  storage::LossyVfs vfs_;
  SystemClock clock_;
  crypto::SystemRandom random_;
  Log log_{clock_, Log::Format::kText, [](std::string_view) {}};
  std::unique_ptr<storage::Store> state_;
  CheckpointKey key_ = *CheckpointKey::from_seed(crypto::sha256("the server of this test"));
  std::int64_t checkpoint_events_ = 1000;
  std::unique_ptr<Trail> trail_;
};

}  // namespace strongroom::audit
