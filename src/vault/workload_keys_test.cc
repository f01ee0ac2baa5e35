#include "vault/workload_keys.h"

#include <string>
#include <vector>

#include "oauth/testing/scripted_token_endpoint.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

constexpr const char* kMetadata =
    R"({"issuer":"https://issuer.example","jwks_uri":"https://issuer.example/keys"})";

class WorkloadKeysTest : public VaultWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(VaultWorld::SetUp());
    identity_.issuer = "https://issuer.example";
    keys_of_issuer_.emplace(*context_, key_sets_, [this](Task task) {
      if (is_full_) return false;
      tasks_.push_back(std::move(task));
      if (!is_held_) run();
      return true;
    });
  }
  void run() {
    auto tasks = std::exchange(tasks_, {});
    for (Task& task : tasks) task();
  }
  void answer_with_keys() { http_.answer_json(200, R"({"keys":[]})"); }
  // "keys", "none", or "nothing yet".
  std::string find(bool unknown_key = false) {
    std::string answer = "nothing yet";
    keys_of_issuer_->find(identity_, unknown_key,
                          [&](const WorkloadKeys::Keys& keys) { answer = keys ? "keys" : "none"; });
    return answer;
  }

  RobotIdentity identity_;
  http::FakeClient http_;
  oauth::KeySetClient key_sets_{http_};
  std::vector<Task> tasks_;
  bool is_held_ = false;
  bool is_full_ = false;
  std::optional<WorkloadKeys> keys_of_issuer_;
};

TEST_F(WorkloadKeysTest, AreFoundByTheIssuersMetadataAndKept) {
  // A-114
  http_.answer_json(200, kMetadata);
  answer_with_keys();
  EXPECT_EQ(find(), "keys");
  EXPECT_EQ(http_.request(0).url, "https://issuer.example/.well-known/openid-configuration");
  EXPECT_EQ(http_.request(1).url, "https://issuer.example/keys");
  EXPECT_EQ(find(), "keys");
  EXPECT_EQ(find(/*unknown_key=*/true), "keys") << "just fetched";
  EXPECT_EQ(http_.count(), 2U);
  clock_.advance(WorkloadKeys::kSoonest);
  http_.answer_json(200, kMetadata);
  answer_with_keys();
  EXPECT_EQ(find(/*unknown_key=*/true), "keys");
  EXPECT_EQ(http_.count(), 4U);
}

TEST_F(WorkloadKeysTest, AnAddressThatIsGivenNeedsNoMetadata) {
  identity_.jwks_uri = "https://elsewhere.example/keys";
  answer_with_keys();
  EXPECT_EQ(find(), "keys");
  EXPECT_EQ(http_.request(0).url, "https://elsewhere.example/keys");
}

TEST_F(WorkloadKeysTest, AnIssuerThatFailsIsAskedSeldomAndOldKeysServe) {
  identity_.jwks_uri = "https://issuer.example/keys";
  http_.fail(http::Hop::kConnect);
  EXPECT_EQ(find(), "none");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(find(), "none");
  EXPECT_EQ(http_.count(), 1U);
  clock_.advance(WorkloadKeys::kSoonest);
  answer_with_keys();
  EXPECT_EQ(find(), "keys");
  clock_.advance(WorkloadKeys::kLifetime);
  http_.fail(http::Hop::kConnect);
  EXPECT_EQ(find(), "keys");
  EXPECT_EQ(http_.count(), 3U);
}

TEST_F(WorkloadKeysTest, AreFetchedOnceForAllWhoWait) {
  identity_.jwks_uri = "https://issuer.example/keys";
  is_held_ = true;
  answer_with_keys();
  std::vector<std::string> answers;
  for (int i = 0; i < 3; ++i) {
    keys_of_issuer_->find(identity_, false, [&](const WorkloadKeys::Keys& keys) {
      answers.emplace_back(keys ? "keys" : "none");
    });
  }
  EXPECT_EQ(tasks_.size(), 1U);
  EXPECT_TRUE(answers.empty());
  run();
  EXPECT_EQ(answers, std::vector<std::string>(3, "keys"));
  EXPECT_EQ(http_.count(), 1U);
}

TEST_F(WorkloadKeysTest, WhereTooMuchWaitsNobodyWaitsForEver) {
  is_full_ = true;
  EXPECT_EQ(find(), "none");
}

TEST_F(WorkloadKeysTest, MetadataOfAnotherIssuerLeadNowhere) {
  http_.answer_json(200, R"({"issuer":"https://other.example","jwks_uri":"https://o.example/k"})");
  EXPECT_EQ(find(), "none");
  EXPECT_EQ(http_.count(), 1U);
}

}  // namespace
}  // namespace strongroom::vault
