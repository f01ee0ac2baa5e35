#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "storage/testing/raw_sql.h"
#include "vault/data_key_rotation.h"
#include "vault/root_keys.h"
#include "vault/testing/secret_world.h"

namespace strongroom::vault {
namespace {

class SecretRotationTest : public SecretWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SecretWorld::SetUp());
    ASSERT_TRUE(open_data_keys(*store_, keys_, random_, log_).has_value());
    ASSERT_TRUE(add("the next value").has_value());
    rotations_.emplace(*context_, std::vector<DataKeyRotations::Beside>(), &secret_index_);
  }
  std::size_t keys() { return rotations_->keys(admin_)->size(); }
  void go_on(int seconds) {
    for (int second = 0; second < seconds; ++second) {
      ASSERT_EQ(answer_of(rotations_->go_on(Milliseconds(100))), "ok");
      clock_.advance(Seconds(1));
    }
  }

  std::optional<DataKeyRotations> rotations_;
};

TEST_F(SecretRotationTest, RobotsGetBothValuesDuringARotationAndAfterIt) {
  const std::string both = look_up();
  const std::size_t before = keys();
  ASSERT_EQ(answer_of(rotations_->start(admin_, project_)), "ok");
  EXPECT_EQ(look_up(), both);
  go_on(1);
  EXPECT_EQ(look_up(), both);
  EXPECT_EQ(look_up_after_restart(), both);
  go_on(20);
  EXPECT_TRUE(rotations_->under_way(admin_)->empty());
  EXPECT_EQ(keys(), before);  // the old one was destroyed
  EXPECT_EQ(look_up(), both);
  EXPECT_EQ(look_up_after_restart(), both);
}

TEST_F(SecretRotationTest, AValueThatIsNotBelievedIsNotBelievedAfterwards) {
  tamper("UPDATE secret_values SET fingerprint = 'forged'");
  ASSERT_EQ(answer_of(rotations_->start(admin_, project_)), "ok");
  go_on(30);
  EXPECT_TRUE(rotations_->under_way(admin_)->empty());
  EXPECT_EQ(look_up_after_restart(), "not found");
}

TEST_F(SecretRotationTest, ADeletedSecretIsSealedAnewAndStaysDeleted) {
  ASSERT_TRUE(secrets_of().remove(admin_, secret_).has_value());
  ASSERT_EQ(answer_of(rotations_->start(admin_, project_)), "ok");
  go_on(20);
  EXPECT_TRUE(rotations_->under_way(admin_)->empty());
  EXPECT_EQ(look_up(), "not found");
  ASSERT_TRUE(secrets_of().restore(admin_, secret_).has_value());
  EXPECT_EQ(look_up(), "the value/the next value");
}

}  // namespace
}  // namespace strongroom::vault
