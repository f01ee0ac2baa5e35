#include "vault/root_keys.h"

#include <string>

#include <gtest/gtest.h>

#include "storage/testing/raw_sql.h"
#include "vault/testing/sign_in_world.h"

namespace strongroom::vault {
namespace {

class RootKeysTest : public SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    ASSERT_TRUE(open_data_keys(*store_, keys_, random_, log_).has_value());
    const auto macs = keys_.make_mac_key(crypto::make_id<crypto::KeyId>(clock_.now(), random_));
    ASSERT_TRUE(store_->write([&](storage::Transaction& tx) {
      return storage::insert_data_key(
          tx, {macs->id.uuid, macs->scope, macs->wrapped, 0, clock_.now(), {}});
    }));
    sign_in("refresh-0");
  }

  static crypto::RootKey old_root() { return crypto::test_root_key(); }
  static crypto::RootKey new_root() { return crypto::RootKey(std::string(32, 'n')); }
  RootKeys root_keys() { return RootKeys({*faults_, *trail_, keys_, random_, clock_, log_}); }
  // What a process that is started with `root` finds: "opens", with the refresh token; "former",
  // the same where that root key is the former one of a rotation; or why it does not start.
  std::string start_with(crypto::RootKey root) {
    crypto::KeyRing ring(std::move(root), random_);
    const Status opened = open_data_keys(*store_, ring, random_, log_);
    if (!opened) return answer_of(opened);
    crypto::Sealer sealer(ring, random_);
    const auto row = refresh_row();
    const auto token = open_refresh_token(sealer, project_.uuid, *row);
    if (!token || token->reveal() != "refresh-0") return "the token is lost";
    return ring.former_root_id().empty() ? "opens" : "former";
  }
  std::string raw(const std::string& sql) {
    const auto rows = storage::raw_rows(directory_.file("state.db"), sql);
    return rows.empty() ? "" : rows.front();
  }
};

TEST_F(RootKeysTest, BothRootKeysOpenEverythingUntilTheServerIsStartedWithTheNewOne) {
  auto keys = root_keys();
  ASSERT_EQ(answer_of(keys.rotate(admin_, new_root())), "ok");
  EXPECT_FALSE(keys_.former_root_id().empty());
  EXPECT_EQ(refresh_token(), "refresh-0");
  EXPECT_EQ(start_with(old_root()), "former");
  EXPECT_EQ(start_with(old_root()), "former");
  EXPECT_EQ(start_with(new_root()), "opens");
  EXPECT_EQ(start_with(new_root()), "opens");
  EXPECT_EQ(start_with(old_root()), "corrupt");
  EXPECT_EQ(raw("SELECT COUNT(*) FROM data_keys WHERE wrapped_before IS NOT NULL"), "0");
  EXPECT_EQ(raw("SELECT COUNT(*) FROM root_keys WHERE next_root IS NOT NULL"), "0");
}

TEST_F(RootKeysTest, KeysThatAreMadeDuringARotationAreWrappedByBoth) {
  auto keys = root_keys();
  ASSERT_EQ(answer_of(keys.rotate(admin_, new_root())), "ok");
  project("Made meanwhile");
  EXPECT_EQ(start_with(old_root()), "former");
  EXPECT_EQ(start_with(new_root()), "opens");
}

TEST_F(RootKeysTest, FinishingTakesTheNewRootKeyAlone) {
  auto keys = root_keys();
  ASSERT_EQ(answer_of(keys.rotate(admin_, new_root())), "ok");
  EXPECT_EQ(answer_of(keys.finish(old_root())), "conflict");
  EXPECT_EQ(start_with(old_root()), "former");
  EXPECT_EQ(answer_of(keys.finish(new_root())), "ok");
  EXPECT_EQ(keys_.former_root_id(), "");
  EXPECT_EQ(start_with(old_root()), "corrupt");
  EXPECT_EQ(start_with(new_root()), "opens");
  project("Made afterwards");
  EXPECT_EQ(start_with(new_root()), "opens");
}

TEST_F(RootKeysTest, ASecondRotationWaitsForTheFirstToBeFinished) {
  auto keys = root_keys();
  EXPECT_EQ(answer_of(keys.rotate(admin_, old_root())), "invalid");
  ASSERT_EQ(answer_of(keys.rotate(admin_, new_root())), "ok");
  EXPECT_EQ(answer_of(keys.rotate(admin_, crypto::RootKey(std::string(32, 'x')))), "conflict");
  ASSERT_EQ(answer_of(keys.finish(new_root())), "ok");
  EXPECT_EQ(answer_of(keys.rotate(admin_, crypto::RootKey(std::string(32, 'x')))), "ok");
}

TEST_F(RootKeysTest, NothingIsLostWhicheverCallOfTheStoreFails) {
  for (const auto kind : {storage::FaultStore::Kind::kBefore, storage::FaultStore::Kind::kAfter}) {
    for (int call = 1; call <= 4; ++call) {
      const crypto::RootKey next(std::string(32, static_cast<char>('0' + call)));
      auto keys = root_keys();
      faults_->fail_call(call, kind);
      (void)keys.rotate(admin_, next);
      project("P" + std::to_string(call) + (kind == storage::FaultStore::Kind::kAfter ? "b" : ""));
      EXPECT_EQ(refresh_token(), "refresh-0");
      // Whichever root key the ring stands on now, what is stored opens with it.
      EXPECT_NE(start_with(old_root()), "corrupt") << call;
      if (keys_.root_id() != crypto::KeyRing(old_root(), random_).root_id()) return;
    }
  }
}

TEST_F(RootKeysTest, ADataKeyThatDoesNotOpenStopsTheRotationAndNothingWasChanged) {
  storage::run_raw_sql(directory_.file("state.db"),
                       "UPDATE data_keys SET wrapped = zeroblob(61) WHERE scope = zeroblob(16)");
  auto keys = root_keys();
  EXPECT_EQ(answer_of(keys.rotate(admin_, new_root())), "corrupt");
  EXPECT_EQ(keys_.former_root_id(), "");
  EXPECT_EQ(raw("SELECT COUNT(*) FROM data_keys WHERE wrapped_before IS NOT NULL"), "0");
}

TEST_F(RootKeysTest, DataOfAnotherRootKeyIsTakenOverAlsoOutOfTheMiddleOfARotation) {
  const crypto::RootKey own(std::string(32, 'o'));
  const crypto::RootKey stranger(std::string(32, 's'));
  EXPECT_EQ(answer_of(take_over_data_keys(*store_, stranger, own, random_)), "corrupt");
  EXPECT_EQ(start_with(old_root()), "opens");
  auto keys = root_keys();
  ASSERT_EQ(answer_of(keys.rotate(admin_, new_root())), "ok");
  EXPECT_EQ(answer_of(take_over_data_keys(*store_, old_root(), own, random_)), "ok");
  EXPECT_EQ(start_with(own.clone()), "opens");
  EXPECT_EQ(start_with(old_root()), "corrupt");
  EXPECT_EQ(start_with(new_root()), "corrupt");
  EXPECT_EQ(raw("SELECT COUNT(*) FROM root_keys WHERE next_root IS NOT NULL"), "0");
}

TEST_F(RootKeysTest, ARecoveryFileIsOfOneRootKeyAlone) {
  auto keys = root_keys();
  EXPECT_FALSE(keys.state()->recovery_exported_at.has_value());
  ASSERT_EQ(answer_of(keys.note_recovery_file(admin_)), "ok");
  EXPECT_EQ(keys.state()->recovery_exported_at, clock_.now());
  ASSERT_EQ(answer_of(keys.rotate(admin_, new_root())), "ok");
  EXPECT_FALSE(keys.state()->recovery_exported_at.has_value());
  EXPECT_EQ(keys.state()->rotated_at, clock_.now());
  EXPECT_EQ(answer_of(keys.check_opens(new_root())), "ok");
  EXPECT_EQ(answer_of(keys.check_opens(old_root())), "corrupt");
}

TEST_F(RootKeysTest, MacsOfBeforeStayRightUnderTheKeyOfTheirOwn) {
  const auto before = sealer_.mac("rows", "text");
  crypto::KeyRing ring(old_root(), random_);
  ASSERT_TRUE(open_data_keys(*store_, ring, random_, log_).has_value());
  const crypto::Sealer sealer(ring, random_);
  EXPECT_EQ(*sealer.mac("rows", "text"), *before);
}

}  // namespace
}  // namespace strongroom::vault
