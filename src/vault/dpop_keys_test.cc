#include "vault/dpop_keys.h"

#include <string>

#include <gtest/gtest.h>

#include "oauth/dpop_proof.h"
#include "vault/authorization_header.h"
#include "vault/moved_tokens.h"
#include "vault/sealed_dpop_keys.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class DpopKeysTest : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    project_ = project("Finance");
    const TargetSystem crm = system("CRM");
    first_ = client(project_, crm.id, "first").id;
    second_ = client(project_, crm.id, "second").id;
  }
  std::string thumbprint(OAuthClientId id) {
    const auto key = dpop_key_of(*context_, id, project_);
    return key ? (*key)->thumbprint() : answer_of(key);
  }
  storage::DpopKeyRow row(OAuthClientId id) {
    return **storage::read<std::optional<storage::DpopKeyRow>>(
        *store_,
        [&](storage::Snapshot& snapshot) { return storage::find_dpop_key(snapshot, id.uuid); });
  }

  ProjectId project_;
  OAuthClientId first_;
  OAuthClientId second_;
};

TEST_F(DpopKeysTest, EachClientHasOneThatStays) {
  //
  const std::string mine = thumbprint(first_);
  EXPECT_EQ(mine.size(), 43U);
  EXPECT_EQ(thumbprint(first_), mine);
  EXPECT_NE(thumbprint(second_), mine);
  EXPECT_EQ(row(first_).thumbprint, mine);
}

TEST_F(DpopKeysTest, AnotherClientsDoesNotOpen) {
  //
  ASSERT_EQ(thumbprint(first_).size(), 43U);
  ASSERT_EQ(thumbprint(second_).size(), 43U);
  storage::DpopKeyRow swapped = row(first_);
  swapped.sealed_key = row(second_).sealed_key;
  EXPECT_EQ(answer_of(open_dpop_key(*context_, project_, swapped)), "corrupt");
  EXPECT_EQ(answer_of(open_dpop_key(*context_, project("Sales"), row(first_))), "corrupt");
}

TEST_F(DpopKeysTest, WhoSealsItForAnotherProjectTakesItAlong) {
  const std::string mine = thumbprint(first_);
  const ProjectId sales = project("Sales");
  const auto moved = seal_for_project(*context_, first_, sales, /*with_refresh_token=*/true);
  ASSERT_TRUE(moved && moved->key);
  EXPECT_EQ((*open_dpop_key(*context_, sales, *moved->key))->thumbprint(), mine);
}

TEST_F(DpopKeysTest, LiesSealedInMemoryForTheLookUps) {
  SealedDpopKeys keys(*context_);
  EXPECT_EQ(keys.find(first_, project_), nullptr);
  EXPECT_EQ(answer_of(keys.read(first_, project_)), "not found");
  ASSERT_EQ(thumbprint(first_).size(), 43U);
  ASSERT_EQ(answer_of(keys.read(first_, project_)), "ok");
  ASSERT_NE(keys.find(first_, project_), nullptr);
  EXPECT_EQ(keys.find(first_, project_)->sealed_key, row(first_).sealed_key);
  EXPECT_EQ(keys.find(first_, project("Sales")), nullptr);
}

TEST_F(DpopKeysTest, SignsTheHeadersOfOneRequest) {
  //
  const auto key = dpop_key_of(*context_, first_, project_);
  ASSERT_TRUE(key.has_value());
  const RequestToAuthorize request{.method = "GET",
                                   .url = "https://api.example.com/orders?page=2",
                                   .host = "api.example.com",
                                   .query = "page=2",
                                   .dpop_nonce = "n-1"};
  const TargetSystemEntry system;
  const auto headers = authorization_headers(
      *context_, system, {.letters = "2YotnFZFEjr1zCsicMWpAA", .type = "DPoP", .key = key->get()},
      request);
  ASSERT_TRUE(headers && headers->size() == 2);
  EXPECT_EQ(headers->front().letters.reveal(), "DPoP 2YotnFZFEjr1zCsicMWpAA");
  EXPECT_EQ(headers->back().name, "DPoP");
  EXPECT_TRUE(headers->back().letters.reveal().starts_with("ey"));
  EXPECT_FALSE(authorization_headers(*context_, system, {.letters = "a", .type = "DPoP"}, request)
                   .has_value());
  TokenEntry token;
  token.is_bound = true;
  token.token_type = "DPoP";
  EXPECT_TRUE(can_be_proven(token, system) && needs_key(token));
}

TEST_F(DpopKeysTest, IsOnlyForProvidersThatBindTokens) {
  //
  const catalogue::Provider& generic = *catalogue_->find("generic");
  catalogue::Provider none = generic;
  none.dpop = {};
  catalogue::Provider strict = generic;
  strict.dpop.use = catalogue::DpopUse::kRequired;
  TargetSystem wants;
  wants.dpop = true;
  EXPECT_EQ(answer_of(check_dpop(none, wants)), "invalid at /dpop");
  EXPECT_EQ(answer_of(check_dpop(generic, wants)), "ok");
  EXPECT_TRUE(binds_tokens(generic, wants));
  EXPECT_FALSE(binds_tokens(generic, TargetSystem{}));
  EXPECT_TRUE(binds_tokens(strict, TargetSystem{}));
}

}  // namespace
}  // namespace strongroom::vault
