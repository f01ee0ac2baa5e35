#include "crypto/key_ring.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/sealer.h"
#include "crypto/testing/test_vault_keys.h"

namespace strongroom::crypto {
namespace {

const KeyScope kProject = *Uuid::parse("00000000-0000-7000-8000-0000000000aa");
const KeyScope kOtherProject = *Uuid::parse("00000000-0000-7000-8000-0000000000bb");
const KeyId kId = *KeyId::parse("00000000-0000-7000-8000-000000000001");
const KeyId kOtherId = *KeyId::parse("00000000-0000-7000-8000-000000000002");
constexpr Place kPlace{.table = "t", .row = {}, .column = "c", .scope = {}};

Place place_in(const KeyScope& scope) {
  Place place = kPlace;
  place.scope = scope;
  return place;
}

class KeyRingTest : public testing::Test {
 protected:
  // Notes what was reserved, or fails if `broken_`.
  void listen(KeyRing& ring) {
    ring.set_reserve([this](KeyId, std::int64_t seals) -> Status {
      if (broken_) return Error{Code::kUnavailable, "The disk is full."};
      reserved_.push_back(seals);
      return {};
    });
  }
  Code seal_code(Sealer& sealer) {
    const auto sealed = sealer.seal(place_in(kProject), "x");
    return sealed.has_value() ? Code{} : sealed.error().code;
  }
  bool seals(Sealer& sealer) { return sealer.seal(place_in(kProject), "x").has_value(); }

  CountingRandom random_;
  KeyRing ring_{test_root_key(), random_};
  Sealer sealer_{ring_, random_};
  std::vector<std::int64_t> reserved_;
  bool broken_ = false;
};

TEST_F(KeyRingTest, InstallsWhatItMadeAlsoInAnotherProcess) {
  listen(ring_);
  const WrappedKey key = *ring_.make(kId, kProject);
  EXPECT_EQ(key.seals_reserved, 0);
  ASSERT_TRUE(ring_.install(key).has_value());
  const std::string sealed = *sealer_.seal(place_in(kProject), "token");

  KeyRing later(test_root_key(), random_);
  ASSERT_TRUE(later.install(key).has_value());
  std::string out;
  EXPECT_TRUE(Sealer(later, random_).open_into(place_in(kProject), sealed, out).has_value());
  EXPECT_EQ(out, "token");
}

TEST_F(KeyRingTest, RefusesTheWrongRootKey) {
  const WrappedKey key = *ring_.make(kId, kProject);
  KeyRing other(RootKey(std::string(31, 'r') + "s"), random_);
  EXPECT_EQ(other.install(key).error().code, Code::kCorrupt);
}

TEST_F(KeyRingTest, RefusesAWrappedKeyThatWasMovedOrChanged) {
  //
  const WrappedKey key = *ring_.make(kId, kProject);
  const auto refuses = [&](const WrappedKey& bad) {
    const Status status = ring_.install(bad);
    return !status.has_value() && status.error().code == Code::kCorrupt;
  };
  WrappedKey bad = key;
  bad.id = kOtherId;
  EXPECT_TRUE(refuses(bad));
  bad = key;
  bad.scope = kOtherProject;
  EXPECT_TRUE(refuses(bad));
  bad.scope = KeyScope{};
  EXPECT_TRUE(refuses(bad));
  for (std::size_t bit = 0; bit < key.wrapped.size() * 8; ++bit) {
    bad = key;
    bad.wrapped[bit / 8] = static_cast<char>(bad.wrapped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_TRUE(refuses(bad)) << "bit " << bit;
  }
  for (std::size_t size = 0; size < key.wrapped.size(); ++size) {
    bad = key;
    bad.wrapped.resize(size);
    EXPECT_TRUE(refuses(bad)) << "size " << size;
  }
  bad = key;
  bad.wrapped += '\0';
  EXPECT_TRUE(refuses(bad));
  EXPECT_TRUE(ring_.install(key).has_value());
}

TEST_F(KeyRingTest, RefusesTwoKeysWhoseWrappingsWereSwapped) {
  WrappedKey one = *ring_.make(kId, kProject);
  WrappedKey two = *ring_.make(kOtherId, kOtherProject);
  std::swap(one.wrapped, two.wrapped);
  EXPECT_FALSE(ring_.install(one).has_value());
  EXPECT_FALSE(ring_.install(two).has_value());
}

TEST_F(KeyRingTest, RefusesACounterOutsideItsRange) {
  WrappedKey key = *ring_.make(kId, kProject);
  for (const std::int64_t bad : {std::int64_t{-1}, KeyRing::kMaxSeals + 1, INT64_MAX, INT64_MIN}) {
    key.seals_reserved = bad;
    EXPECT_EQ(ring_.install(key).error().code, Code::kCorrupt);
  }
}

TEST_F(KeyRingTest, NeverWrapsTwoKeysAlike) {
  EXPECT_NE(ring_.make(kId, kProject)->wrapped, ring_.make(kId, kProject)->wrapped);
}

TEST_F(KeyRingTest, ReservesABlockBeforeItsFirstNonceIsUsed) {
  listen(ring_);
  ASSERT_TRUE(ring_.install(*ring_.make(kId, kProject)).has_value());
  EXPECT_TRUE(reserved_.empty());
  EXPECT_TRUE(seals(sealer_));
  EXPECT_TRUE(seals(sealer_));
  EXPECT_EQ(reserved_, std::vector{KeyRing::kReserveBlock});
}

TEST_F(KeyRingTest, StartsBeyondWhatWasReservedBeforeARestart) {
  listen(ring_);
  WrappedKey key = *ring_.make(kId, kProject);
  key.seals_reserved = KeyRing::kReserveBlock;
  ASSERT_TRUE(ring_.install(key).has_value());
  EXPECT_TRUE(seals(sealer_));
  EXPECT_EQ(reserved_, std::vector{2 * KeyRing::kReserveBlock});
}

TEST_F(KeyRingTest, SealsNothingThatIsNotReserved) {
  ASSERT_TRUE(ring_.install(*ring_.make(kId, kProject)).has_value());
  EXPECT_EQ(seal_code(sealer_), Code::kUnavailable);  // nobody to reserve
  listen(ring_);
  broken_ = true;
  EXPECT_EQ(seal_code(sealer_), Code::kUnavailable);
  broken_ = false;
  EXPECT_TRUE(seals(sealer_));
}

TEST_F(KeyRingTest, StopsSealingAtTheMostThatAKeyMaySealAndGoesOnOpening) {
  listen(ring_);
  WrappedKey key = *ring_.make(kId, kProject);
  key.seals_reserved = KeyRing::kMaxSeals - 3;
  ASSERT_TRUE(ring_.install(key).has_value());
  const std::string sealed = *sealer_.seal(place_in(kProject), "token");
  EXPECT_TRUE(seals(sealer_));
  EXPECT_TRUE(seals(sealer_));
  EXPECT_EQ(seal_code(sealer_), Code::kUnavailable);
  EXPECT_EQ(seal_code(sealer_), Code::kUnavailable);
  EXPECT_EQ(reserved_, std::vector{KeyRing::kMaxSeals});
  std::string out;
  EXPECT_TRUE(sealer_.open_into(place_in(kProject), sealed, out).has_value());
}

TEST_F(KeyRingTest, ReservesTheNextBlockWhenOneIsUsedUpWhicheverThreadUsesIt) {
  // The last block of a key is made small, so that three threads run out of it.
  constexpr int kLeft = 1000;
  listen(ring_);
  WrappedKey key = *ring_.make(kId, kProject);
  key.seals_reserved = KeyRing::kMaxSeals - kLeft;
  ASSERT_TRUE(ring_.install(key).has_value());
  std::atomic<int> sealed = 0;
  const auto work = [&] {
    for (int i = 0; i < kLeft; ++i) sealed += seals(sealer_) ? 1 : 0;
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sealed, kLeft);
  EXPECT_EQ(reserved_, std::vector{KeyRing::kMaxSeals});
}

TEST_F(KeyRingTest, ReservesAheadOnceForEachKey) {
  listen(ring_);
  ASSERT_TRUE(ring_.install(*ring_.make(kId, kProject)).has_value());
  ASSERT_TRUE(ring_.install(*ring_.make(kOtherId, KeyScope{})).has_value());
  EXPECT_TRUE(ring_.reserve_ahead().has_value());
  EXPECT_EQ(reserved_, (std::vector{KeyRing::kReserveBlock, KeyRing::kReserveBlock}));
  EXPECT_TRUE(ring_.reserve_ahead().has_value());
  EXPECT_TRUE(seals(sealer_));
  EXPECT_EQ(reserved_.size(), 2U);
}

TEST_F(KeyRingTest, SaysWhenItCannotReserveAhead) {
  listen(ring_);
  broken_ = true;
  ASSERT_TRUE(ring_.install(*ring_.make(kId, kProject)).has_value());
  EXPECT_EQ(ring_.reserve_ahead().error().code, Code::kUnavailable);
}

TEST_F(KeyRingTest, DoesNotCallAUsedUpKeyAnErrorOfReservingAhead) {
  listen(ring_);
  WrappedKey key = *ring_.make(kId, kProject);
  key.seals_reserved = KeyRing::kMaxSeals;
  ASSERT_TRUE(ring_.install(key).has_value());
  EXPECT_TRUE(ring_.reserve_ahead().has_value());
  EXPECT_EQ(seal_code(sealer_), Code::kUnavailable);
}

TEST_F(KeyRingTest, SealsWithTheNewestKeyAndOpensWithAll) {
  listen(ring_);
  const WrappedKey older = *ring_.make(kId, kProject);
  const WrappedKey newer = *ring_.make(kOtherId, kProject);
  ASSERT_TRUE(ring_.install(older).has_value());
  const std::string before = *sealer_.seal(place_in(kProject), "before");
  ASSERT_TRUE(ring_.install(newer).has_value());
  ASSERT_TRUE(ring_.install(older).has_value());  // again: changes nothing
  const std::string after = *sealer_.seal(place_in(kProject), "after");
  EXPECT_EQ(before.substr(1, 16), kId.raw());
  EXPECT_EQ(after.substr(1, 16), kOtherId.raw());
  std::string out;
  EXPECT_TRUE(sealer_.open_into(place_in(kProject), before, out).has_value());
  EXPECT_TRUE(sealer_.open_into(place_in(kProject), after, out).has_value());
  EXPECT_EQ(out, "beforeafter");
}

TEST_F(KeyRingTest, ForgetsTheKeysOfOneProjectOnly) {
  listen(ring_);
  ASSERT_TRUE(ring_.install(*ring_.make(kId, kProject)).has_value());
  ASSERT_TRUE(ring_.install(*ring_.make(kOtherId, kOtherProject)).has_value());
  const std::string gone = *sealer_.seal(place_in(kProject), "gone");
  const std::string kept = *sealer_.seal(place_in(kOtherProject), "kept");
  ring_.forget(kProject);
  std::string out;
  EXPECT_EQ(sealer_.open_into(place_in(kProject), gone, out).error().code, Code::kCorrupt);
  EXPECT_EQ(seal_code(sealer_), Code::kNotFound);
  EXPECT_TRUE(sealer_.open_into(place_in(kOtherProject), kept, out).has_value());
  EXPECT_EQ(out, "kept");
}

TEST_F(KeyRingTest, ChangesWhileOthersOpen) {
  listen(ring_);
  const WrappedKey steady = *ring_.make(kId, KeyScope{});
  const WrappedKey coming = *ring_.make(kOtherId, kProject);
  ASSERT_TRUE(ring_.install(steady).has_value());
  const std::string sealed = *sealer_.seal(kPlace, "steady");
  std::atomic<bool> done = false;
  std::atomic<int> failures = 0;
  std::thread reader([&] {
    while (!done) {
      std::string out;
      if (!sealer_.open_into(kPlace, sealed, out).has_value()) ++failures;
      if (!sealer_.mac("purpose", "fields").has_value()) ++failures;
      (void)seals(sealer_);  // works or does not, as the key comes and goes
    }
  });
  for (int i = 0; i < 200; ++i) {
    EXPECT_TRUE(ring_.install(coming).has_value());
    ring_.forget(kProject);
  }
  done = true;
  reader.join();
  EXPECT_EQ(failures, 0);
}

}  // namespace
}  // namespace strongroom::crypto
