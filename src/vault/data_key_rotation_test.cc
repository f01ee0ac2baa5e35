#include "vault/data_key_rotation.h"

#include <algorithm>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "storage/testing/raw_sql.h"
#include "vault/root_keys.h"
#include "vault/testing/sign_in_world.h"

namespace strongroom::vault {
namespace {

class DataKeyRotationTest : public SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    ASSERT_NO_FATAL_FAILURE(add_mac_key());
    ASSERT_TRUE(open_data_keys(*store_, keys_, random_, log_).has_value());
    sign_in("refresh-0");
    rotations_.emplace(*context_, std::vector<DataKeyRotations::Beside>());
  }

  // As every server has one: MACs stay right when the server's key is replaced.
  void add_mac_key() {
    const auto macs = keys_.make_mac_key(crypto::make_id<crypto::KeyId>(clock_.now(), random_));
    ASSERT_TRUE(store_->write([&](storage::Transaction& tx) {
      return storage::insert_data_key(
          tx, {macs->id.uuid, macs->scope, macs->wrapped, 0, clock_.now(), {}});
    }));
    ASSERT_TRUE(keys_.install(*macs).has_value());
  }
  std::size_t keys_of_project() {
    const auto keys = rotations_->keys(admin_);
    return static_cast<std::size_t>(std::ranges::count_if(
        *keys, [&](const DataKeyState& key) { return key.project == project_; }));
  }
  crypto::KeyId key_of_token() {
    return *crypto::Sealer::key_of(token_for(*index_.find(client_).client, {})->sealed);
  }
  // Goes on until nothing is under way, for at most a minute of the clock.
  void finish() {
    for (int second = 0; second < 60 && !rotations_->under_way(admin_)->empty(); ++second) {
      ASSERT_EQ(answer_of(rotations_->go_on(Milliseconds(100))), "ok");
      clock_.advance(Seconds(1));
    }
    EXPECT_TRUE(rotations_->under_way(admin_)->empty());
  }
  std::string raw(const std::string& sql) {
    const auto rows = storage::raw_rows(directory_.file("state.db"), sql);
    return rows.empty() ? "" : rows.front();
  }

  std::optional<DataKeyRotations> rotations_;
};

TEST_F(DataKeyRotationTest, EverythingIsSealedAnewAndTheOldKeyIsDestroyed) {
  const crypto::KeyId old = key_of_token();
  ASSERT_EQ(answer_of(rotations_->start(admin_, project_)), "ok");
  EXPECT_EQ(keys_of_project(), 2U);
  EXPECT_EQ(rotations_->under_way(admin_)->front().total, 2);
  EXPECT_EQ(access_token(), "access-0");
  ASSERT_EQ(answer_of(rotations_->go_on(Milliseconds(100))), "ok");
  EXPECT_EQ(rotations_->under_way(admin_)->front().done, 2);
  EXPECT_NE(key_of_token(), old);
  finish();
  EXPECT_EQ(keys_of_project(), 1U);
  EXPECT_EQ(access_token(), "access-0");
  EXPECT_EQ(refresh_token(), "refresh-0");
  EXPECT_EQ(keys_.newest(project_.uuid), key_of_token());
}

TEST_F(DataKeyRotationTest, TheServersKeyIsRotatedAndMacsStayRight) {
  const auto before = sealer_.mac("rows", "text");
  ASSERT_EQ(answer_of(rotations_->start(admin_, std::nullopt)), "ok");
  finish();
  EXPECT_EQ(*sealer_.mac("rows", "text"), *before);
  EXPECT_EQ(answer_of(systems().get(admin_, system_.id)), "ok");
}

TEST_F(DataKeyRotationTest, ASecondRotationOfTheSameKeyIsRefused) {
  ASSERT_EQ(answer_of(rotations_->start(admin_, project_)), "ok");
  EXPECT_EQ(answer_of(rotations_->start(admin_, project_)), "rotation_under_way");
  EXPECT_EQ(answer_of(rotations_->start_all(admin_)), "ok");  // the others
  EXPECT_EQ(keys_of_project(), 2U);
}

TEST_F(DataKeyRotationTest, NeedsThePermissionAndAProjectThatIsThere) {
  Actor nobody = admin_;
  nobody.grants = Permissions::all().without({Permission::kManageServer});
  EXPECT_EQ(answer_of(rotations_->start(nobody, project_)), "denied");
  EXPECT_EQ(answer_of(rotations_->start_all(nobody)), "denied");
  EXPECT_EQ(answer_of(rotations_->keys(nobody)), "denied");
  EXPECT_EQ(
      answer_of(rotations_->start(admin_, ProjectId{crypto::make_uuid(clock_.now(), random_)})),
      "invalid at /project");
  EXPECT_EQ(answer_of(rotations_->start(admin_, ProjectId{crypto::kMacScope})),
            "invalid at /project");
}

TEST_F(DataKeyRotationTest, GoesOnWhereAKilledProcessWas) {
  ASSERT_EQ(answer_of(rotations_->start(admin_, project_)), "ok");
  crypto::KeyRing ring(crypto::test_root_key(), random_);  // of the process that comes next
  ASSERT_TRUE(open_data_keys(*store_, ring, random_, log_).has_value());
  EXPECT_EQ(ring.newest(project_.uuid), keys_.newest(project_.uuid));
  rotations_.emplace(*context_, std::vector<DataKeyRotations::Beside>());
  finish();
  EXPECT_EQ(refresh_token(), "refresh-0");
  EXPECT_EQ(keys_of_project(), 1U);
}

TEST_F(DataKeyRotationTest, WhoWritesMeanwhileWins) {
  ASSERT_EQ(answer_of(rotations_->start(admin_, project_)), "ok");
  sign_in("refresh-1");
  finish();
  EXPECT_EQ(refresh_token(), "refresh-1");
}

TEST_F(DataKeyRotationTest, NothingIsLostWhicheverCallOfTheStoreFails) {
  ASSERT_EQ(answer_of(rotations_->start(admin_, project_)), "ok");
  for (int call = 1; call < 40; ++call) {
    faults_->fail_call(call, call % 2 == 0 ? storage::FaultStore::Kind::kAfter
                                           : storage::FaultStore::Kind::kBefore);
    (void)rotations_->go_on(Milliseconds(100));
    clock_.advance(Seconds(1));
    EXPECT_EQ(refresh_token(), "refresh-0");
    EXPECT_EQ(access_token(), "access-0");
  }
  faults_->fail_call(1000);
  finish();
  EXPECT_EQ(keys_of_project(), 1U);
}

TEST_F(DataKeyRotationTest, TheOldKeyStaysWhileTheJournalHoldsAnAnswerThatItSealed) {
  const JournalIntent intent{.id = crypto::make_uuid(clock_.now(), random_),
                             .client = client_,
                             .project = project_,
                             .generation = 1,
                             .at = clock_.now()};
  ASSERT_TRUE(journal_->begin(intent).has_value());
  ASSERT_TRUE(journal_->answered(intent.id, oauth::TokenAnswer{}).has_value());
  ASSERT_EQ(answer_of(rotations_->start(admin_, project_)), "ok");
  for (int second = 0; second < 30; ++second) {
    ASSERT_EQ(answer_of(rotations_->go_on(Milliseconds(100))), "ok");
    clock_.advance(Seconds(1));
  }
  EXPECT_EQ(keys_of_project(), 2U);
  EXPECT_EQ(answer_of(journal_->answer_to(intent)), "ok");
  journal_->done(intent.id);
  finish();
  EXPECT_EQ(keys_of_project(), 1U);
}

TEST_F(DataKeyRotationTest, AValueThatDoesNotOpenKeepsItsKeyAndIsTold) {
  storage::run_raw_sql(directory_.file("state.db"),
                       "UPDATE refresh_tokens SET generation = generation + 1");
  ASSERT_EQ(answer_of(rotations_->start(admin_, project_)), "ok");
  for (int second = 0; second < 200; ++second) {
    ASSERT_EQ(answer_of(rotations_->go_on(Milliseconds(100))), "ok");
    clock_.advance(Seconds(1));
  }
  const auto state = rotations_->under_way(admin_);
  ASSERT_EQ(state->size(), 1U);
  EXPECT_TRUE(state->front().is_stuck);
  EXPECT_EQ(state->front().done, 1);
  EXPECT_EQ(keys_of_project(), 2U);
  storage::run_raw_sql(directory_.file("state.db"), "DELETE FROM refresh_tokens");
  for (int second = 0; second < 200 && !rotations_->under_way(admin_)->empty(); ++second) {
    ASSERT_EQ(answer_of(rotations_->go_on(Milliseconds(100))), "ok");
    clock_.advance(Seconds(1));
  }
  EXPECT_EQ(keys_of_project(), 1U);
}

}  // namespace
}  // namespace strongroom::vault
