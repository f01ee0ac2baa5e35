// Whoever can edit the database cannot do so unseen.

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "audit/chain.h"
#include "audit/testing/trail_fixture.h"
#include "storage/testing/raw_sql.h"

namespace strongroom::audit {
namespace {

class VerifyTest : public TrailFixture {
 protected:
  void SetUp() override {
    TrailFixture::SetUp();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(append(event()).has_value());
  }
  // Edits the file behind the trail's back and answers which link verify() calls wrong; 0: none.
  std::int64_t wrong_link_after(std::string_view sql) {
    trail_.reset();
    storage::run_raw_sql(path_, sql);
    const auto verification = verified();
    if (verification) return 0;
    EXPECT_EQ(verification.error().code, Code::kCorrupt);
    return std::get<std::int64_t>(*verification.error().find("sequence"));
  }
};

TEST_F(VerifyTest, AcceptsTheChainAsItWasWritten) {
  EXPECT_EQ(wrong_link_after("SELECT 1"), 0);
  EXPECT_EQ(verified()->events, 10);
}

TEST_F(VerifyTest, WorksBesideARunningServer) {
  EXPECT_EQ(verified()->events, 10);
  ASSERT_TRUE(append(event()).has_value());
  EXPECT_EQ(verified()->events, 11);
  EXPECT_EQ(verified()->head_hash, trail_->list({.limit = 1})->entries[0].hash);
}

TEST_F(VerifyTest, FindsAnEditedBody) {
  EXPECT_EQ(wrong_link_after("UPDATE events SET body = replace(body, 'success', 'failure') "
                             "WHERE sequence = 4"),
            4);
}

TEST_F(VerifyTest, FindsAnEditedIdColumn) {
  EXPECT_EQ(wrong_link_after("UPDATE events SET id = randomblob(16) WHERE sequence = 7"), 7);
}

TEST_F(VerifyTest, FindsAnEditedHash) {
  EXPECT_EQ(wrong_link_after("UPDATE events SET hash = randomblob(32) WHERE sequence = 1"), 1);
  EXPECT_EQ(wrong_link_after("UPDATE events SET hash = x'00' WHERE sequence = 1"), 1);
}

TEST_F(VerifyTest, FindsARemovedRow) {
  EXPECT_EQ(wrong_link_after("DELETE FROM events WHERE sequence = 5"), 5);
}

TEST_F(VerifyTest, FindsARemovedBeginning) {
  EXPECT_EQ(wrong_link_after("DELETE FROM events WHERE sequence <= 3"), 1);
}

TEST_F(VerifyTest, FindsARemovedRowWhoseGapWasClosed) {
  EXPECT_EQ(wrong_link_after("DELETE FROM events WHERE sequence = 5;"
                             "UPDATE events SET sequence = sequence - 1 WHERE sequence > 5"),
            5);
}

TEST_F(VerifyTest, FindsRowsInAnotherOrder) {
  EXPECT_EQ(wrong_link_after("UPDATE events SET sequence = 99 WHERE sequence = 3;"
                             "UPDATE events SET sequence = 3 WHERE sequence = 4;"
                             "UPDATE events SET sequence = 4 WHERE sequence = 99"),
            3);
}

TEST_F(VerifyTest, FindsAnInsertedRow) {
  EXPECT_EQ(wrong_link_after("INSERT INTO events SELECT 11, randomblob(16), body, hash FROM events "
                             "WHERE sequence = 10"),
            11);
  EXPECT_EQ(wrong_link_after("INSERT INTO events SELECT 0, randomblob(16), body, hash FROM events "
                             "WHERE sequence = 10"),
            11);
}

// An end that was cut off together with its checkpoints leaves a sound chain; the head hash that
// somebody noted is what shows it.
TEST_F(VerifyTest, ShowsAnEndThatWasCutOffWithItsCheckpointsByItsHeadHashOnly) {
  const std::string noted = verified()->head_hash;
  EXPECT_EQ(wrong_link_after("DELETE FROM events WHERE sequence > 8; DELETE FROM checkpoints"), 0);
  EXPECT_EQ(verified()->events, 8);
  EXPECT_NE(verified()->head_hash, noted);
}

TEST_F(VerifyTest, DoesNotOpenATrailWhoseLastLinkIsWrong) {
  trail_.reset();
  storage::run_raw_sql(path_, "UPDATE events SET body = body || ' ' WHERE sequence = 10");
  const auto opened = open();
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, Code::kCorrupt);
  EXPECT_EQ(std::get<std::int64_t>(*opened.error().find("sequence")), 10);
}

TEST_F(VerifyTest, RefusesWhatIsNotATrail) {
  EXPECT_EQ(verify(directory_.file("nothing.db"), log_).error().code, Code::kUnavailable);
  EXPECT_EQ(verify(directory_.file("state.db"), log_).error().code, Code::kCorrupt);
}

TEST(Chain, AgreesWithItsDescription) {
  // printf 'strongroom audit chain 1' | sha256sum
  EXPECT_EQ(crypto::hex(genesis().hash),
            "818453b1fb5fe37ceed791164cd52ba68c041a0a62159a4d0c906bd99b83795c");
  std::string scratch;
  const Head head = next_head(genesis(), "{}", scratch);
  EXPECT_EQ(head.sequence, 1);
  EXPECT_EQ(crypto::hex(head.hash),
            "a94571441df40784f6d0dd843e2db12effe2b413c171ff179d99a3ee40f5535c");
}

}  // namespace
}  // namespace strongroom::audit
