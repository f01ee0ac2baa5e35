#include "vault/belongings.h"

#include "vault/testing/secret_world.h"

namespace strongroom::vault {
namespace {

class BelongingsTest : public SecretWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SecretWorld::SetUp());
    OAuthClientFields fields;
    fields.project = project_;
    fields.target_system = system_;
    fields.label = "nightly";
    fields.owner = Owner{"Ada", "Ada@Example.ORG"};
    client_ = clients().create(admin_, fields)->id;
  }
  Leaver ada() const { return {{}, "ada@example.org"}; }

  OAuthClientId client_;
};

TEST_F(BelongingsTest, AreFoundByAddressInAnyCaseWhereTheyMayBeSeen) {
  Belongings belongings(*context_);
  ASSERT_EQ(belongings.of(admin_, ada())->oauth_clients.size(), 1U);
  EXPECT_EQ(belongings.of(admin_, ada())->oauth_clients.front().id, client_.uuid);
  EXPECT_TRUE(
      belongings.of(with(project("Other"), {Permission::kView}), ada())->oauth_clients.empty());
  EXPECT_TRUE(belongings.of(admin_, {{}, ""})->target_systems.empty())
      << "what has no owner is nobody's";
}

TEST_F(BelongingsTest, GoToSomebodyElseWhereTheAskerMayConfigure) {
  Belongings belongings(*context_);
  const Owner bob{"Bob", "bob@example.org"};
  const Actor elsewhere = with(project("Other"), {Permission::kView, Permission::kConfigure});
  EXPECT_EQ(belongings.reassign(elsewhere, ada(), bob)->oauth_clients, 0);
  EXPECT_EQ(belongings.reassign(admin_, ada(), bob)->oauth_clients, 1);
  EXPECT_EQ(clients().get(admin_, client_)->owner.email, "bob@example.org");
  EXPECT_EQ(belongings.reassign(admin_, ada(), bob)->oauth_clients, 0);
}

TEST_F(BelongingsTest, SecretsAreAmongThemAndRobotsReadThemOn) {
  SecretFields mine = fields("of ada", "hers");
  mine.owner = Owner{"Ada", "ada@example.org"};
  const auto made = secrets_of().create(admin_, std::move(mine));
  ASSERT_TRUE(made.has_value()) << answer_of(made);
  ASSERT_TRUE(access().grant(admin_, {made->id, robot_, {}}).has_value());
  Belongings belongings(*context_);
  ASSERT_EQ(belongings.of(admin_, ada())->secrets.size(), 1U);
  EXPECT_EQ(belongings.of(admin_, ada())->secrets.front().name, "of ada");
  EXPECT_TRUE(belongings.of(with(project("Other"), {Permission::kView}), ada())->secrets.empty());
  const Owner bob{"Bob", "bob@example.org"};
  EXPECT_EQ(belongings.reassign(admin_, ada(), bob)->secrets, 1);
  EXPECT_EQ(secrets_of().get(admin_, made->id)->owner.email, "bob@example.org");
  EXPECT_TRUE(belongings.of(admin_, ada())->secrets.empty());
  EXPECT_EQ(look_up(question("of ada"), *lookups_), "hers");
  EXPECT_EQ(look_up_after_restart(), "the value");
}

}  // namespace
}  // namespace strongroom::vault
