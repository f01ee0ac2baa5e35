#include "vault/belongings.h"

#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class BelongingsTest : public VaultWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(VaultWorld::SetUp());
    project_ = project("Finance");
    system_ = system("CRM").id;
    OAuthClientFields fields;
    fields.project = project_;
    fields.target_system = system_;
    fields.label = "nightly";
    fields.owner = Owner{"Ada", "Ada@Example.ORG"};
    client_ = clients().create(admin_, fields)->id;
  }
  Leaver ada() const { return {{}, "ada@example.org"}; }

  ProjectId project_;
  TargetSystemId system_;
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

}  // namespace
}  // namespace strongroom::vault
