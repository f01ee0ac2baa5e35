#include "identity/suspended_user.h"

#include <gtest/gtest.h>

#include "crypto/uuid.h"
#include "identity/suspension_record.h"
#include "identity/testing/key_world.h"
#include "identity/user_record.h"
#include "storage/restore_rows.h"
#include "storage/user_rows.h"

namespace strongroom::identity {
namespace {

// A user whom a restore has suspended.
class SuspendedUserTest : public testing::Test {
 protected:
  void SetUp() override {
    world_.make_first_administrator();
    user_ = world_.users().find(kFirstAdministrator)->id;
    at_ = world_.clock.now();
    must_write([&](storage::Transaction& tx) -> Status {
      STRONGROOM_TRY(storage::UserRow row, world_.users().row_of(tx, user_));
      row.disabled_at = at_;
      STRONGROOM_CHECK(world_.users().update(tx, std::move(row)));
      return {};
    });
  }
  template <class Work>
  void must_write(Work work) {
    const Status written = world_.store().write(std::move(work));
    ASSERT_TRUE(written.has_value()) << written.error().detail;
  }
  // A suspension of then, which somebody without a key made one of `forged`.
  void suspend(WallTime then, WallTime forged) {
    must_write([&](storage::Transaction& tx) -> Status {
      storage::SuspensionRow row{.id = crypto::make_uuid(at_, world_.random()),
                                 .kind = "user",
                                 .subject_id = user_.uuid,
                                 .name = "admin",
                                 .project_id = {},
                                 .at = then,
                                 .mac = {}};
      STRONGROOM_TRY(row.mac, suspension_mac(world_.sealer(), row));
      row.at = forged;
      return storage::insert_suspension(tx, row);
    });
  }
  Status reset_password() {
    const auto reset = world_.sign_in().reset_password(KeyWorld::server(), kFirstAdministrator, {});
    return reset ? Status() : Status(reset.error());
  }
  bool is_disabled() { return world_.users().find(user_)->disabled_at.has_value(); }

  KeyWorld world_;
  UserId user_;
  WallTime at_{};
};

TEST_F(SuspendedUserTest, CountsAgainWhenTheHostGivesThemAPassword) {
  suspend(at_, at_);
  EXPECT_TRUE(reset_password().has_value());
  EXPECT_FALSE(is_disabled());
}

// Somebody who can write to the database, and has no key, makes an old suspension fit a user whom a
// person disabled since.
TEST_F(SuspendedUserTest, IsNotEnabledByASuspensionThatSomebodyForged) {
  suspend(at_ - Seconds(5), at_);
  const Status reset = reset_password();
  ASSERT_FALSE(reset.has_value());
  EXPECT_EQ(reset.error().code, Code::kCorrupt);
  EXPECT_TRUE(is_disabled());
}

TEST_F(SuspendedUserTest, StaysDisabledWhereAPersonDidThatSince) {
  suspend(at_ - Seconds(5), at_ - Seconds(5));
  EXPECT_TRUE(reset_password().has_value());
  EXPECT_TRUE(is_disabled());
}

}  // namespace
}  // namespace strongroom::identity
