// Whoever can write to the disk cannot sign for what they wrote.

#include "audit/checkpoint.h"

#include <string>

#include <gtest/gtest.h>

#include "audit/counted_event.h"
#include "audit/testing/trail_fixture.h"
#include "storage/testing/raw_sql.h"

namespace strongroom::audit {
namespace {

class CheckpointTest : public TrailFixture {
 protected:
  void SetUp() override {
    checkpoint_events_ = 4;
    TrailFixture::SetUp();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(append(event()).has_value());
  }
  // What verify() says after the file was edited behind the trail's back; "" for nothing.
  std::string verdict_after(std::string_view sql, const Expected& expected = {}) {
    trail_.reset();
    storage::run_raw_sql(path_, sql);
    return verdict(expected);
  }
  std::string verdict(const Expected& expected = {}) {
    const auto verification = verify(path_, log_, expected);
    if (verification) return "";
    EXPECT_EQ(verification.error().code, Code::kCorrupt);
    wrong_at_ = std::get<std::int64_t>(*verification.error().find("sequence"));
    return std::string(verification.error().message.view());
  }
  // A chain of other events, as a program would write it that knows all about the format but the
  // key.
  void write_anew_from(std::int64_t first) {
    storage::run_raw_sql(path_, "DELETE FROM events WHERE sequence >= " + std::to_string(first));
    auto chain = Chain::open({.path = path_}, log_);
    ASSERT_TRUE(chain.has_value());
    while (chain->head().sequence < 10) {
      const Event forged = event();
      ASSERT_TRUE(chain->begin().has_value());
      ASSERT_TRUE(chain->add(forged.id, to_json(forged)).has_value());
      ASSERT_TRUE(chain->commit().has_value());
    }
  }
  std::int64_t expire(WallTime edge) {
    const auto removed = trail_->expire(edge, event(Action::kAuditExpired));
    EXPECT_TRUE(removed.has_value()) << removed.error().detail;
    return removed.value_or(-1);
  }
  WallTime later() { return clock_.now() + Seconds(60); }

  std::int64_t wrong_at_ = 0;
};

TEST_F(CheckpointTest, StandsAfterSoManyEventsAndAtTheEnd) {
  trail_.reset();
  const auto verification = verified();
  ASSERT_TRUE(verification.has_value());
  EXPECT_EQ(verification->checkpoints, 3);  // 4, 8 and 10
  EXPECT_EQ(verification->last_checkpoint, 10);
  EXPECT_EQ(verification->public_key, key_.public_key());
  EXPECT_EQ(verdict({.public_key = key_.public_key()}), "");
}

TEST_F(CheckpointTest, ShowsACutEnd) {
  EXPECT_EQ(verdict_after("DELETE FROM events WHERE sequence > 7"),
            "the end of the audit trail was cut off: a signed checkpoint stands behind it");
  EXPECT_EQ(wrong_at_, 8);
}

TEST_F(CheckpointTest, ShowsAChainThatWasWrittenAnew) {
  trail_.reset();
  write_anew_from(6);
  EXPECT_EQ(verdict(), "the audit trail is not the one that a checkpoint was signed for");
  EXPECT_EQ(wrong_at_, 8);
}

TEST_F(CheckpointTest, OfAnotherServerIsNotBelieved) {
  const auto other = CheckpointKey::from_seed(crypto::sha256("another server"));
  trail_.reset();
  std::string scratch;
  const auto row = [&] {
    auto reader = storage::EventReader::open(path_);
    return rows_after(*reader, 7, 1)->front();
  }();
  const std::string text = *other->sign(*head_from(8, row.hash), clock_.now());
  EXPECT_EQ(verdict_after("UPDATE checkpoints SET text = '" + text + "' WHERE sequence = 8"),
            "a checkpoint of another server is among those of this one");
  EXPECT_EQ(verdict_after("DELETE FROM checkpoints WHERE sequence <> 8"), "");
  EXPECT_EQ(verdict({.public_key = key_.public_key()}),
            "a checkpoint is not signed by the key that was given: it is of another server");
}

TEST_F(CheckpointTest, ThatWasChangedIsNone) {
  EXPECT_EQ(verdict_after("UPDATE checkpoints SET text = replace(text, 'A', 'B') "
                          "WHERE sequence = 4"),
            "a checkpoint of the audit trail was changed");
  EXPECT_EQ(verdict_after("UPDATE checkpoints SET text = 'x' WHERE sequence = 4"),
            "a checkpoint of the audit trail was changed");
}

TEST_F(CheckpointTest, FindsTheHeadThatWasNoted) {
  const std::string noted = trail_->list({.before_sequence = 7, .limit = 1})->entries[0].hash;
  EXPECT_EQ(verdict({.head = noted}), "");
  EXPECT_EQ(verify(path_, log_, {.head = noted})->noted_head_at, 6);
  EXPECT_EQ(verdict({.head = std::string(64, '0')}),
            "the head that was noted is not in the audit trail: it was cut or written anew");
}

TEST_F(CheckpointTest, IsWhatTheTrailBeginsBehindWhenOldEventsAreRemoved) {
  const WallTime now = clock_.now();
  EXPECT_EQ(expire(now - Seconds(3600)), 0);
  EXPECT_EQ(trail_->standing()->events, 10);
  EXPECT_EQ(expire(later()), 8);  // up to the last checkpoint
  const auto standing = trail_->standing();
  EXPECT_EQ(standing->first_sequence, 9);
  EXPECT_EQ(standing->start, 8);
  EXPECT_EQ(standing->events, 3);  // with the one that says so
  const std::string told = trail_->list({.limit = 1})->entries[0].json;
  EXPECT_NE(told.find("audit.expired"), std::string::npos);
  EXPECT_EQ(removed_events(told), 8);
  const auto verification = verified();
  ASSERT_TRUE(verification.has_value()) << verification.error().message.view();
  EXPECT_EQ(verification->first_sequence, 9);
  EXPECT_EQ(verification->events, 3);
}

TEST_F(CheckpointTest, IsNotBegunBehindWhileSomethingBeforeItIsNotOldEnough) {
  Event old = event();
  old.at = clock_.now() - Seconds(7200);
  ASSERT_TRUE(append(old).has_value());
  ASSERT_TRUE(
      append(old = Event{.id = event().id, .at = old.at, .action = old.action}).has_value());
  EXPECT_EQ(expire(clock_.now() - Seconds(3600)), 0);  // the last checkpoint is of an old event
  EXPECT_EQ(trail_->standing()->checkpoints, 3);
}

TEST_F(CheckpointTest, GoesOnBehindAStartAfterARestart) {
  EXPECT_EQ(expire(later()), 8);
  start();
  ASSERT_TRUE(append(event()).has_value());
  EXPECT_TRUE(verified().has_value());
  EXPECT_EQ(verified()->events, 4);
  EXPECT_GT(expire(later()), 0);
  EXPECT_TRUE(verified().has_value());
}

TEST_F(CheckpointTest, IsNoWayToRemoveTheFrontUnseen) {
  const std::string start =
      "INSERT INTO trail_start SELECT 1, sequence, hash FROM events WHERE sequence = 4;"
      "DELETE FROM events WHERE sequence <= 4; DELETE FROM checkpoints WHERE sequence < 4;";
  EXPECT_EQ(verdict_after(start),
            "events were removed from the front, and no event of the trail says so");
  EXPECT_EQ(verdict_after("DELETE FROM checkpoints WHERE sequence = 4"),
            "the checkpoint that the audit trail begins behind is missing");
}

TEST_F(CheckpointTest, KeepsALeftoverOfARemovalOutOfSight) {
  EXPECT_EQ(expire(later()), 8);
  trail_.reset();
  storage::run_raw_sql(path_,
                       "INSERT INTO events SELECT 3, randomblob(16), body, hash FROM events "
                       "WHERE sequence = 9");
  EXPECT_EQ(verdict(), "");
  start();
  const auto page = trail_->list({.limit = 100});
  EXPECT_EQ(page->entries.back().sequence, 9);
  EXPECT_EQ(page->total, static_cast<std::int64_t>(page->entries.size()));
  EXPECT_EQ(trail_->expire(clock_.now() - Seconds(3600), event(Action::kAuditExpired)), 1);
}

TEST_F(CheckpointTest, FollowsTheTrailInPieces) {
  const auto links = trail_->after(2, 5);
  ASSERT_EQ(links->size(), 5U);
  EXPECT_EQ(links->front().entry.sequence, 3);
  EXPECT_TRUE(links->front().checkpoint.empty());
  ASSERT_FALSE((*links)[1].checkpoint.empty());
  const auto checkpoint = read_checkpoint((*links)[1].checkpoint);
  ASSERT_TRUE(checkpoint.has_value());
  EXPECT_EQ(checkpoint->head.sequence, 4);
  EXPECT_EQ(crypto::hex(checkpoint->head.hash), (*links)[1].entry.hash);
  EXPECT_EQ(checkpoint->server, key_.server());
}

TEST(CountedEvent, TellsHowManyItStandsFor) {
  const std::string json = to_json(Event{.id = {}, .at = {}, .action = Action::kAuditExpired}, 12);
  EXPECT_TRUE(json.ends_with(",\"count\":12}"));
  EXPECT_EQ(removed_events(json), 12);
  EXPECT_EQ(removed_events(to_json(Event{.id = {}, .at = {}, .action = Action::kLookupDenied}, 3)),
            std::nullopt);
  EXPECT_EQ(removed_events("{}"), std::nullopt);
}

}  // namespace
}  // namespace strongroom::audit
