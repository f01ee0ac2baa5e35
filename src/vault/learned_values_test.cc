#include "vault/learned_values.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

constexpr std::string_view kProvider = "salesforce";

class LearnedValuesTest : public VaultWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(VaultWorld::SetUp());
    const ProjectId project_id = project("Sales");
    const TargetSystem crm = system("CRM", project_id);
    client_ = client(project_id, crm.id, "nightly").id;
    other_ = client(project_id, crm.id, "hourly").id;
  }

  void learn(OAuthClientId id, LearnedTexts learned, LearnedBefore before = LearnedBefore::kStays) {
    const SealedLearned sealed = seal_learned(*context_, id, kProvider, std::move(learned), before);
    const Status stored =
        context_->store.write([&](storage::Transaction& tx) { return store_learned(tx, sealed); });
    ASSERT_TRUE(stored.has_value());
  }
  std::string known(OAuthClientId id) {
    const auto learned = read_learned(*context_, id);
    if (!learned) return answer_of(learned);
    std::string text;
    for (const auto& [name, value] : *learned) text.append(name).append("=").append(value);
    return text;
  }
  static http::IncomingResponse answer(std::string_view body) {
    http::IncomingResponse response;
    response.status = 200;
    response.headers = {{"Content-Type", "application/json"}};
    response.body = http::ResponseBody(body);
    return response;
  }

  OAuthClientId client_;
  OAuthClientId other_;
};

TEST_F(LearnedValuesTest, AreKeptSealedForTheirClient) {
  learn(client_, {{"instance_url", "https://na1.salesforce.com"}});
  EXPECT_EQ(known(client_), "instance_url=https://na1.salesforce.com");
  EXPECT_EQ(known(other_), "");
  EXPECT_EQ(storage::raw_rows(directory_.file("state.db"),
                              "SELECT COUNT(*) FROM learned_values WHERE instr(sealed_values, "
                              "CAST('salesforce' AS BLOB)) = 0"),
            std::vector<std::string>{"1"});
}

TEST_F(LearnedValuesTest, ComeOutOfAnAnswerByTheRulesOfTheEntry) {
  EXPECT_EQ(learned_from_answer(*context_, client_, kProvider,
                                answer(R"({"instance_url":"https://na1.salesforce.com"})"))
                .size(),
            1U);
  EXPECT_TRUE(learned_from_answer(*context_, client_, kProvider,
                                  answer(R"({"instance_url":"https://evil.example"})"))
                  .empty());
  EXPECT_TRUE(learned_from_answer(*context_, client_, "generic",
                                  answer(R"({"instance_url":"https://na1.salesforce.com"})"))
                  .empty());
  EXPECT_TRUE(learned_from_answer(*context_, client_, "nobody", answer("{}")).empty());
}

TEST_F(LearnedValuesTest, ComeOutOfACallbackByTheRulesOfTheEntry) {
  // A-014
  const auto learned =
      learned_from_callback(*context_, client_, "quickbooks", "code=c&realmId=17&state=s");
  EXPECT_EQ(learned, (LearnedTexts{{"realm_id", "17"}}));
  EXPECT_TRUE(learned_from_callback(*context_, client_, kProvider, "realmId=17").empty());
}

TEST_F(LearnedValuesTest, StayBesideNewOnesAsLongAsTheEntryHasThem) {
  learn(client_, {{"instance_url", "https://na1.salesforce.com"}});
  learn(client_, {});
  EXPECT_EQ(known(client_), "instance_url=https://na1.salesforce.com");
  learn(client_, {{"instance_url", "https://na2.salesforce.com"}});
  EXPECT_EQ(known(client_), "instance_url=https://na2.salesforce.com");
  // Of another entry: it goes with the next that comes.
  learn(client_, {{"realm_id", "17"}}, LearnedBefore::kIsOver);
  learn(client_, {{"instance_url", "https://na3.salesforce.com"}});
  EXPECT_EQ(known(client_), "instance_url=https://na3.salesforce.com");
}

TEST_F(LearnedValuesTest, OfASignInBeforeAreOver) {
  learn(client_, {{"instance_url", "https://na1.salesforce.com"}});
  learn(client_, {}, LearnedBefore::kIsOver);
  EXPECT_EQ(known(client_), "");
}

TEST_F(LearnedValuesTest, ThatSomebodyPutElsewhereAreNotBelieved) {
  learn(client_, {{"instance_url", "https://na1.salesforce.com"}});
  learn(other_, {{"instance_url", "https://na2.salesforce.com"}});
  tamper(
      "UPDATE learned_values SET sealed_values = (SELECT sealed_values FROM learned_values l "
      "WHERE l.oauth_client_id <> learned_values.oauth_client_id)");
  EXPECT_EQ(known(client_), "corrupt");
  KnownLearned learned(*context_);
  EXPECT_EQ(*learned.read({client_}, 1), "");
}

TEST_F(LearnedValuesTest, AreReadOnceForEachToken) {
  KnownLearned learned(*context_);
  EXPECT_TRUE(learned.has_some(kProvider));
  EXPECT_FALSE(learned.has_some("generic"));
  EXPECT_FALSE(learned.has_some("nobody"));
  learn(client_, {{"instance_url", "https://na1.salesforce.com"}});
  EXPECT_EQ(learned.find({client_}, 1), nullptr);
  EXPECT_EQ(*learned.read({client_}, 1), R"({"instance_url":"https://na1.salesforce.com"})");
  EXPECT_EQ(*learned.find({client_}, 1), R"({"instance_url":"https://na1.salesforce.com"})");
  EXPECT_EQ(learned.find({client_}, 2), nullptr) << "another token";
  EXPECT_EQ(learned.find({client_, "https://api.example"}, 1), nullptr) << "another resource's";
  EXPECT_EQ(*learned.read({other_}, 1), "");
  EXPECT_NE(learned.find({other_}, 1), nullptr) << "nothing is known, too";
}

}  // namespace
}  // namespace strongroom::vault
