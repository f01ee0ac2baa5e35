#include "vault/issuer_keys.h"

#include <string>

#include <gtest/gtest.h>

#include "oauth/testing/scripted_token_endpoint.h"
#include "storage/target_system_rows.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

constexpr const char* kAddress = "https://id.example/keys";

class IssuerKeysTest : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    system_ = system("CRM");
    const Status read = store_->read([&](storage::Snapshot& snapshot) -> Status {
      STRONGROOM_TRY(const auto row, storage::find_target_system(snapshot, system_.id.uuid));
      row_ = *row;
      return {};
    });
    ASSERT_TRUE(read.has_value());
    keys_of_issuer_.emplace(*context_, key_sets_);
  }

  std::string find(bool unknown_key = false) {
    return answer_of(keys_of_issuer_->find(row_, system_, kAddress, unknown_key));
  }

  TargetSystem system_;
  storage::TargetSystemRow row_;
  http::FakeClient http_;
  oauth::KeySetClient key_sets_{http_};
  std::optional<IssuerKeys> keys_of_issuer_;
};

TEST_F(IssuerKeysTest, AreKeptAndFetchedAnewSeldom) {
  // A-114
  for (int i = 0; i < 4; ++i) http_.answer_json(200, R"({"keys":[]})");
  EXPECT_EQ(find(), "ok");
  EXPECT_EQ(find(), "ok");
  EXPECT_EQ(http_.count(), 1U);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(find(/*unknown_key=*/true), "ok");
  EXPECT_EQ(http_.count(), 1U) << "just fetched";
  clock_.advance(IssuerKeys::kSoonest);
  EXPECT_EQ(find(/*unknown_key=*/true), "ok");
  EXPECT_EQ(http_.count(), 2U);
  clock_.advance(IssuerKeys::kLifetime);
  EXPECT_EQ(find(), "ok");
  EXPECT_EQ(http_.count(), 3U);
}

TEST_F(IssuerKeysTest, AreAskedForSparinglyByThoseWhoAreMany) {
  // A silent issuer must not hold a worker for each refresh.
  const auto sparingly = [&](bool unknown_key = false) {
    return answer_of(keys_of_issuer_->find(row_, system_, kAddress, unknown_key,
                                           IssuerKeys::AfterFailure::kFails));
  };
  http_.fail(http::Hop::kTime);
  EXPECT_NE(sparingly(), "ok");
  for (int i = 0; i < 10; ++i) EXPECT_NE(sparingly(), "ok");
  EXPECT_EQ(http_.count(), 1U);
  http_.fail(http::Hop::kTime);
  EXPECT_NE(find(), "ok") << "a person is worth another try";
  EXPECT_EQ(http_.count(), 2U);
  clock_.advance(IssuerKeys::kSoonest);
  http_.answer_json(200, R"({"keys":[]})");
  EXPECT_EQ(sparingly(), "ok");
  clock_.advance(IssuerKeys::kSoonest);
  http_.fail(http::Hop::kTime);
  EXPECT_NE(sparingly(/*unknown_key=*/true), "ok");
  EXPECT_EQ(sparingly(), "ok") << "those that are kept still count";
  EXPECT_NE(sparingly(/*unknown_key=*/true), "ok");
  EXPECT_EQ(http_.count(), 4U);
}

TEST_F(IssuerKeysTest, AreNotThereIfTheAnswerIsNoSet) {
  http_.answer_json(200, R"({"keys":"none"})");
  EXPECT_NE(find(), "ok");
  http_.answer_json(404, "{}");
  EXPECT_NE(find(), "ok");
  http_.fail(http::Hop::kConnect);
  EXPECT_NE(find(), "ok");
}

}  // namespace
}  // namespace strongroom::vault
