#include <optional>

#include "vault/robot_access.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class TestLookUpTest : public VaultWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(VaultWorld::SetUp());
    project_ = project("Finance");
    client_ = client(project_, system("CRM").id, "nightly").id;
    robot_ = robot(project_, "finance", "reader").id;
    ASSERT_TRUE(robots().create_key(admin_, robot_).has_value());
    rule_ = rules().grant(admin_, {client_, robot_, {}})->id;
  }
  // Unsealed nonsense: whoever opened it would fail.
  void put_token(std::optional<Milliseconds> lifetime, bool is_bound = false) {
    auto token = std::make_shared<TokenEntry>();
    token->sealed = "cannot be opened";
    token->scope = "read  write";
    token->is_bound = is_bound;
    token->lifetime = lifetime;
    if (lifetime) token->deadline = Deadline::after(clock_.now(), clock_.boot_now(), *lifetime);
    index_.put_retrieved(client_, std::move(token));
  }
  Result<LookUpOutlook> ask() { return rules().test_look_up(admin_, client_, robot_); }
  // "allowed", or the reason.
  std::string said() {
    const auto outlook = ask();
    if (!outlook) return answer_of(outlook);
    EXPECT_FALSE(outlook->message.view().empty());
    EXPECT_EQ(outlook->allowed, outlook->reason.empty());
    return outlook->allowed ? "allowed" : std::string(outlook->reason);
  }
  void change(const OAuthClientFields& fields) {
    const auto now = clients().get(admin_, client_);
    const auto changed = clients().update(admin_, client_, now->stamps.revision, fields);
    ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  }

  ProjectId project_;
  OAuthClientId client_;
  RobotId robot_;
  RobotAccessId rule_;
};

TEST_F(TestLookUpTest, SaysHowLongTheTokenLivesAndWhatItIsFor) {
  put_token(Milliseconds(90'500));
  const auto outlook = ask();
  ASSERT_TRUE(outlook.has_value()) << answer_of(outlook);
  EXPECT_TRUE(outlook->allowed);
  EXPECT_EQ(outlook->left, Seconds(90));
  EXPECT_EQ(outlook->scopes, (std::vector<std::string>{"read", "write"}));
  put_token(std::nullopt);
  EXPECT_TRUE(ask()->allowed);
  EXPECT_EQ(ask()->left, std::nullopt);
}

TEST_F(TestLookUpTest, IsNoHandOut) {
  const auto before = actions(100);
  put_token(Milliseconds(90'000));
  EXPECT_EQ(said(), "allowed");
  ASSERT_TRUE(rules().revoke(admin_, rule_).has_value());
  EXPECT_EQ(said(), "no_access");
  auto expected = before;
  expected.emplace_back("robot_access.revoked");
  std::ranges::sort(expected);
  EXPECT_EQ(actions(100), expected);
}

TEST_F(TestLookUpTest, SaysWhatRobotsAreNotTold) {
  put_token(Milliseconds(90'000));
  const RobotId keyless = robot(project_, "finance", "keyless").id;
  EXPECT_EQ(rules().test_look_up(admin_, client_, keyless)->reason, "no_key");
  const RobotId stranger = robot(project("HR"), "finance", "stranger").id;
  ASSERT_TRUE(robots().create_key(admin_, stranger).has_value());
  EXPECT_EQ(rules().test_look_up(admin_, client_, stranger)->reason, "other_project");
  OAuthClientFields off;
  off.disabled = true;
  change(off);
  EXPECT_EQ(said(), "client_disabled");
}

TEST_F(TestLookUpTest, SaysThatADraftIsNotThereForRobots) {
  OAuthClientFields fields;
  fields.project = project_;
  fields.target_system = clients().get(admin_, client_)->target_system;
  fields.label = "weekly";
  fields.draft = true;
  const auto draft = clients().create(admin_, fields);
  ASSERT_TRUE(draft.has_value()) << answer_of(draft);
  EXPECT_EQ(rules().test_look_up(admin_, draft->id, robot_)->reason, "client_draft");
}

TEST_F(TestLookUpTest, SaysWhyThereIsNoToken) {
  EXPECT_EQ(said(), "no_token");
  put_token(Milliseconds(60'000));
  clock_.advance(Seconds(61));
  EXPECT_EQ(said(), "no_token");
  EXPECT_TRUE(ask()->scopes.empty());
  index_.put_needs_sign_in(client_, std::nullopt);
  EXPECT_EQ(said(), "needs_sign_in");
  put_token(Milliseconds(60'000), true);
  EXPECT_EQ(said(), "token_is_bound");
}

TEST_F(TestLookUpTest, IsAskedOfWhatIsThereByWhoMaySee) {
  EXPECT_EQ(answer_of(rules().test_look_up(admin_, OAuthClientId{}, robot_)), "not found");
  EXPECT_EQ(answer_of(rules().test_look_up(admin_, client_, RobotId{})), "invalid at /robot");
  EXPECT_EQ(answer_of(rules().test_look_up(Actor{}, client_, robot_)), "denied");
}

}  // namespace
}  // namespace strongroom::vault
