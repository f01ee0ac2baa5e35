#include "vault/dry_run.h"

#include "storage/restore_rows.h"
#include "vault/restored_clients.h"
#include "vault/testing/sign_in_world.h"

namespace strongroom::vault {
namespace {

class DryRunTest : public SignInWorld {
 protected:
  std::string would_be_sent() { return answer_of(clients().dry_run(admin_, {client_, {}})); }
};

TEST_F(DryRunTest, SaysThatWhatARestoreQuarantinedIsNotSent) {
  sign_in("refresh-1");
  EXPECT_EQ(would_be_sent(), "ok");
  ASSERT_TRUE(store_->write([&](storage::Transaction& tx) {
    return put_restore_mark(sealer_, tx, client_.uuid, storage::kQuarantineMark, clock_.now());
  }));
  const std::string refused = would_be_sent();
  EXPECT_EQ(refused, asked({}, admin_)) << "as a person hears who asks for it";
  EXPECT_EQ(refused, "quarantined");
  EXPECT_EQ(provider_.requests(), 0U);
}

TEST_F(DryRunTest, SaysThatARefreshTokenInDoubtIsNotSent) {
  //
  sign_in("refresh-1");
  provider_.takes_it_and_is_silent();
  asked();
  EXPECT_EQ(would_be_sent(), "refresh_in_doubt");
}

}  // namespace
}  // namespace strongroom::vault
