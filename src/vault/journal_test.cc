#include "vault/journal.h"

#include <array>
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "base/testing/faulty_file.h"
#include "crypto/testing/test_vault_keys.h"

namespace strongroom::vault {
namespace {

Uuid numbered(int number) {
  Uuid id;
  id.bytes[0] = static_cast<std::byte>(number);
  id.bytes[15] = std::byte{1};
  return id;
}

// A file whose syncs wait until they are let go.
class HeldFile final : public File {
 public:
  explicit HeldFile(std::unique_ptr<File> file) : file_(std::move(file)) {}

  std::uint64_t size() const override { return file_->size(); }
  Result<std::string> read(std::uint64_t offset, std::size_t count) override {
    return file_->read(offset, count);
  }
  Status write(std::uint64_t offset, std::string_view bytes) override {
    ++writes;
    return file_->write(offset, bytes);
  }
  Status sync() override {
    ++syncs;
    held.wait(true);
    return file_->sync();
  }

  std::atomic<int> writes = 0;
  std::atomic<int> syncs = 0;
  std::atomic<bool> held = false;

 private:
  const std::unique_ptr<File> file_;
};

class JournalTest : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    auto journal = Journal::open(disk_.open(), keys_.sealer, clock_, log_);
    ASSERT_TRUE(journal.has_value());
    journal_ = *std::move(journal);
  }
  void crash(bool power_failure) {
    journal_.reset();
    disk_.crash(power_failure);
    open();
  }
  JournalIntent intent(int number) const {
    return {.id = numbered(number),
            .kind = GrantKind::kRefresh,
            .client = OAuthClientId{numbered(100 + number)},
            .project = ProjectId{keys_.project},
            .resource = "https://files.example",
            .epoch = 7,
            .generation = 3,
            .destination = std::string(32, 'd'),
            .at = clock_.now() + Milliseconds(number)};
  }
  oauth::TokenAnswer answer(const std::string& body) const {
    oauth::TokenAnswer made;
    made.status = 200;
    made.headers = {{"Content-Type", "application/json"}};
    made.body = http::ResponseBody(body);
    made.sent_at = clock_.now();
    made.sent_at_boot = clock_.boot_now();
    return made;
  }
  std::string kept(const JournalIntent& of) {
    const auto found = journal_->answer_to(of);
    if (!found) return "error";
    return *found ? std::string((*found)->body.reveal()) : "none";
  }

  FakeClock clock_;
  Log log_{clock_, Log::Format::kText, [](std::string_view) {}};
  crypto::TestVaultKeys keys_;
  FaultyDisk disk_{kJournalBytes};
  std::unique_ptr<Journal> journal_;
};

TEST_F(JournalTest, AnIntentAndItsAnswerOutliveAPowerFailure) {
  //
  const JournalIntent first = intent(1);
  const JournalIntent second = intent(2);
  ASSERT_TRUE(journal_->begin(second));
  ASSERT_TRUE(journal_->begin(first));
  ASSERT_TRUE(journal_->answered(second.id, answer("the answer")));
  EXPECT_TRUE(journal_->unsettled().empty()) << "they are under way";
  clock_.advance(Seconds(5));
  crash(true);
  EXPECT_EQ(journal_->unsettled(), (std::vector{first, second})) << "oldest first";
  EXPECT_EQ(kept(first), "none");
  EXPECT_EQ(kept(second), "the answer");
  const auto read = journal_->answer_to(second);
  ASSERT_TRUE(read.has_value() && read->has_value());
  EXPECT_EQ((*read)->status, 200);
  EXPECT_EQ((*read)->headers.at(0).value, "application/json");
  EXPECT_EQ((*read)->sent_at, clock_.now() - Seconds(5));
  EXPECT_EQ((*read)->sent_at_boot, clock_.boot_now() - Seconds(5));
}

TEST_F(JournalTest, WhatIsDoneIsGoneAndAnOldAnswerIsNobodysElse) {
  ASSERT_TRUE(journal_->begin(intent(1)));
  ASSERT_TRUE(journal_->answered(numbered(1), answer("first")));
  journal_->done(numbered(1));
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
  ASSERT_TRUE(journal_->begin(intent(2)));  // in the same slot, where the answer still lies
  crash(true);
  ASSERT_EQ(journal_->unsettled(), std::vector{intent(2)});
  EXPECT_EQ(kept(intent(2)), "none");
  journal_->done(numbered(2));
  crash(false);
  EXPECT_TRUE(journal_->unsettled().empty());
}

TEST_F(JournalTest, NothingOfAnAnswerCanBeReadOnTheDisk) {
  //
  ASSERT_TRUE(journal_->begin(intent(1)));
  ASSERT_TRUE(journal_->answered(numbered(1), answer("very-secret-refresh-token")));
  EXPECT_EQ(disk_.bytes().find("very-secret"), std::string::npos);
}

TEST_F(JournalTest, AnAnswerOpensOnlyForItsOwnIntent) {
  //
  ASSERT_TRUE(journal_->begin(intent(1)));
  ASSERT_TRUE(journal_->answered(numbered(1), answer("the answer")));
  JournalIntent forged = intent(1);
  forged.client = OAuthClientId{numbered(42)};
  disk_.bytes().replace(0, encode_intent(forged)->size(), *encode_intent(forged));
  crash(false);
  ASSERT_EQ(journal_->unsettled(), std::vector{forged});
  const auto read = journal_->answer_to(forged);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, Code::kCorrupt);
}

TEST_F(JournalTest, ThereIsRoomForTheLargestAnswerThatIsTaken) {
  ASSERT_TRUE(journal_->begin(intent(1)));
  oauth::TokenAnswer largest = answer(std::string(oauth::kMaxGrantAnswer, 'x'));
  largest.headers.push_back({"Date", std::string(oauth::kMaxGrantHeaders - 256, 'd')});
  ASSERT_TRUE(journal_->answered(numbered(1), largest));
  crash(true);
  EXPECT_EQ(kept(intent(1)), std::string(oauth::kMaxGrantAnswer, 'x'));
}

TEST_F(JournalTest, NothingIsBegunWithoutRoomForItsAnswer) {
  for (std::size_t i = 0; i < kJournalSlots; ++i) {
    ASSERT_TRUE(journal_->begin(intent(static_cast<int>(i))));
  }
  const Status refused = journal_->begin(intent(200));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().problem.view(), "journal_full");
  journal_->done(numbered(5));
  EXPECT_TRUE(journal_->begin(intent(200)));
  JournalIntent long_one = intent(201);
  long_one.resource = std::string(kIntentBytes, 'r');
  EXPECT_FALSE(journal_->begin(long_one).has_value());
}

TEST_F(JournalTest, AWriteThatBreaksOffLeavesAllElseAndTheNextOneMendsIt) {
  ASSERT_TRUE(journal_->begin(intent(1)));
  ASSERT_TRUE(journal_->answered(numbered(1), answer("kept")));
  disk_.fail_write(1);
  const Status torn = journal_->begin(intent(2));
  ASSERT_FALSE(torn.has_value());
  EXPECT_EQ(torn.error().problem.view(), "journal_failed");
  disk_.fail_write(1);
  EXPECT_FALSE(journal_->begin(intent(3)).has_value()) << "not before all of it was written again";
  ASSERT_TRUE(journal_->begin(intent(4)));
  crash(true);
  EXPECT_EQ(journal_->unsettled(), (std::vector{intent(1), intent(4)}));
  EXPECT_EQ(kept(intent(1)), "kept");
}

TEST_F(JournalTest, AfterAFailedSyncEverythingIsMadeDurableOnceMore) {
  disk_.fail_sync(1);
  EXPECT_FALSE(journal_->begin(intent(1)).has_value());
  ASSERT_TRUE(journal_->begin(intent(2)));
  disk_.fail_sync(1);
  EXPECT_FALSE(journal_->answered(numbered(2), answer("not durable")).has_value());
  ASSERT_TRUE(journal_->begin(intent(3)));
  crash(true);
  EXPECT_EQ(journal_->unsettled(), (std::vector{intent(2), intent(3)}));
  EXPECT_EQ(kept(intent(2)), "not durable") << "it was written again, and is now";
}

TEST_F(JournalTest, WhileTheDiskFailsNothingIsBegun) {
  disk_.fail_all_syncs(true);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(journal_->begin(intent(i)).has_value());
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
  disk_.fail_all_syncs(false);
  EXPECT_TRUE(journal_->begin(intent(9)));
}

TEST_F(JournalTest, WhateverIsTornIsNoIntent) {
  ASSERT_TRUE(journal_->begin(intent(1)));
  const std::string whole = disk_.bytes().substr(0, encode_intent(intent(1))->size());
  for (std::size_t cut = 0; cut < whole.size(); cut += 7) {
    EXPECT_FALSE(decode_intent(whole.substr(0, cut)).has_value()) << cut;
    std::string changed = whole;
    changed[cut] = static_cast<char>(changed[cut] ^ 1);
    EXPECT_FALSE(decode_intent(changed).has_value()) << cut;
  }
  EXPECT_EQ(decode_intent(whole), intent(1));
}

TEST_F(JournalTest, WhatIsLeftWaitsToBeSettledInThisProcessToo) {
  ASSERT_TRUE(journal_->begin(intent(1)));
  ASSERT_TRUE(journal_->begin(intent(2)));
  journal_->leave(numbered(2));
  EXPECT_EQ(journal_->unsettled(), std::vector{intent(2)});
  EXPECT_EQ(journal_->unsettled(intent(2).client), std::vector{intent(2)});
  EXPECT_TRUE(journal_->unsettled(intent(1).client).empty());
}

TEST_F(JournalTest, IsWrittenByManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const JournalIntent mine = intent(t * 20 + i);
        EXPECT_TRUE(journal_->begin(mine));
        EXPECT_TRUE(journal_->answered(mine.id, answer("answer " + mine.id.text())));
        EXPECT_EQ(kept(mine), "answer " + mine.id.text());
        journal_->done(mine.id);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
}

// One begins and is held in its sync; four others write meanwhile. Answers which began.
class SharedSyncTest : public JournalTest {
 protected:
  void SetUp() override {
    auto file = std::make_unique<HeldFile>(disk_.open());
    file_ = file.get();
    journal_ = *Journal::open(std::move(file), keys_.sealer, clock_, log_);
  }
  std::vector<bool> begin_five() {
    file_->held = true;
    std::array<std::future<bool>, 5> begun;
    for (int i = 0; i < 5; ++i) {
      begun[static_cast<std::size_t>(i)] = std::async(
          std::launch::async, [this, i] { return journal_->begin(intent(i)).has_value(); });
      while (file_->syncs == 0 || file_->writes <= i) std::this_thread::yield();
    }
    file_->held = false;
    file_->held.notify_all();
    std::vector<bool> outcomes;
    outcomes.reserve(begun.size());
    for (auto& one : begun) outcomes.push_back(one.get());
    return outcomes;
  }

  HeldFile* file_ = nullptr;
};

TEST_F(SharedSyncTest, WhoWritesDuringASyncSharesTheNextOne) {
  EXPECT_EQ(begin_five(), std::vector<bool>(5, true));
  EXPECT_EQ(file_->syncs, 2);
  crash(true);
  EXPECT_EQ(journal_->unsettled().size(), 5U);
}

TEST_F(SharedSyncTest, WhoWritesDuringASyncThatFailsIsToldSoToo) {
  disk_.fail_sync(1);
  EXPECT_EQ(begin_five(), std::vector<bool>(5, false));
  EXPECT_EQ(file_->syncs, 1);
  EXPECT_TRUE(journal_->begin(intent(9)));
}

TEST_F(SharedSyncTest, IfTheNextSyncFailsThoseFailThatItWasFor) {
  disk_.fail_sync(2);
  EXPECT_EQ(begin_five(), (std::vector<bool>{true, false, false, false, false}));
  EXPECT_EQ(file_->syncs, 2);
}

}  // namespace
}  // namespace strongroom::vault
