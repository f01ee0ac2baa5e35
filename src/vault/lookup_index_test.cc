#include "vault/lookup_index.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/unicode.h"

namespace strongroom::vault {
namespace {

constexpr WallTime kNow{Milliseconds(1'790'000'000'000)};

template <class IdType>
constexpr IdType id(unsigned char number) {
  IdType made{};
  made.uuid.bytes[15] = std::byte{number};
  return made;
}

crypto::Sha256Digest hash(unsigned char number) {
  crypto::Sha256Digest digest{};
  digest[0] = std::byte{number};
  return digest;
}

constexpr ProjectId kFinance = id<ProjectId>(1);
constexpr ProjectId kSales = id<ProjectId>(2);
constexpr TargetSystemId kCrm = id<TargetSystemId>(3);
constexpr OAuthClientId kNightly = id<OAuthClientId>(4);
constexpr RobotId kInvoices = id<RobotId>(5);
constexpr RobotKeyId kKey = id<RobotKeyId>(6);

class LookupIndexTest : public testing::Test {
 protected:
  LookupIndexTest() {
    index_.put_project(kFinance, project(kFinance, "Finance"));
    index_.put_project(kSales, project(kSales, "Sales"));
    index_.put_target_system(kCrm, system(kCrm, std::nullopt, "CRM"));
    index_.put_client(kNightly, client("nightly"));
    index_.put_robot(kInvoices, robot(kFinance, "finance/invoices"));
    index_.put_robot_key(hash(1), kKey, kInvoices);
  }

  static std::shared_ptr<const ProjectEntry> project(ProjectId project_id, std::string name) {
    return std::make_shared<ProjectEntry>(ProjectEntry{project_id, std::move(name)});
  }
  static std::shared_ptr<const TargetSystemEntry> system(TargetSystemId system_id,
                                                         std::optional<ProjectId> owner,
                                                         std::string name) {
    auto entry = std::make_shared<TargetSystemEntry>();
    entry->id = system_id;
    entry->project = owner;
    entry->name = std::move(name);
    return entry;
  }
  static std::shared_ptr<ClientEntry> client(std::string label) {
    auto entry = std::make_shared<ClientEntry>();
    entry->id = kNightly;
    entry->project = kFinance;
    entry->target_system = kCrm;
    entry->label = std::move(label);
    entry->state = OAuthClientState::kActive;
    entry->access.push_back({id<RobotAccessId>(9), kInvoices, {}});
    return entry;
  }
  static std::shared_ptr<const RobotEntry> robot(ProjectId owner, std::string path) {
    return std::make_shared<RobotEntry>(RobotEntry{kInvoices, owner, std::move(path)});
  }
  bool found(std::string_view project, std::string_view system_name, std::string_view label,
             WallTime now = kNow) const {
    return index_.find(project, system_name, label, now).client != nullptr;
  }
  // As a look-up that began when rights_epoch() was `since` would see it.
  LookupIndex::Standing standing(std::uint64_t since) const {
    return index_.standing(kKey, hash(1), kNightly, since);
  }
  LookupIndex::Standing standing() const { return standing(index_.rights_epoch()); }
  bool allowed() const { return standing() == LookupIndex::Standing::kHolds; }

  LookupIndex index_;
};

TEST_F(LookupIndexTest, FindsByNamesWithoutRegardToCase) {
  EXPECT_TRUE(found("Finance", "CRM", "nightly"));
  EXPECT_TRUE(found("FINANCE", "crm", "NightLY"));
  EXPECT_FALSE(found("Finance", "CRM", "nightl"));
  EXPECT_FALSE(found("Sales", "CRM", "nightly"));
  EXPECT_FALSE(found("", "", ""));
}

TEST_F(LookupIndexTest, PrefersAProjectsOwnTargetSystemAndFollowsRenames) {
  const TargetSystemId own = id<TargetSystemId>(7);
  index_.put_target_system(own, system(own, kFinance, "Mail"));
  EXPECT_FALSE(found("Finance", "Mail", "nightly"));  // another target system: no such client
  index_.put_target_system(kCrm, system(kCrm, std::nullopt, "Customers"));
  EXPECT_FALSE(found("Finance", "CRM", "nightly"));
  EXPECT_TRUE(found("Finance", "customers", "nightly"));
  index_.put_project(kFinance, project(kFinance, "Money"));
  EXPECT_FALSE(found("Finance", "Customers", "nightly"));
  EXPECT_TRUE(found("money", "Customers", "nightly"));
}

TEST_F(LookupIndexTest, AnswersToAnOldLabelUntilItsTimeIsOver) {
  auto renamed = client("evening");
  renamed->old_labels.push_back({name_key("nightly"), kNow + Seconds(10)});
  index_.put_client(kNightly, renamed);
  const LookupIndex::Found old = index_.find("Finance", "CRM", "Nightly", kNow);
  ASSERT_NE(old.client, nullptr);
  EXPECT_TRUE(old.by_old_label);
  EXPECT_EQ(old.old_label_until, kNow + Seconds(10));
  EXPECT_FALSE(index_.find("Finance", "CRM", "evening", kNow).by_old_label);
  EXPECT_FALSE(found("Finance", "CRM", "nightly", kNow + Seconds(10)));
}

TEST_F(LookupIndexTest, ALabelInUseWinsOverAFormerOne) {
  auto renamed = client("evening");
  renamed->old_labels.push_back({name_key("nightly"), kNow + Seconds(10)});
  index_.put_client(kNightly, renamed);
  auto other = client("nightly");
  other->id = id<OAuthClientId>(8);
  index_.put_client(other->id, other);
  EXPECT_EQ(index_.find("Finance", "CRM", "nightly", kNow).client->id, other->id);
  index_.put_client(kNightly, renamed);  // written again: does not take the label back
  EXPECT_EQ(index_.find("Finance", "CRM", "nightly", kNow).client->id, other->id);
}

TEST_F(LookupIndexTest, ANameIsGoneWithItsClient) {
  auto renamed = client("evening");
  renamed->old_labels.push_back({name_key("nightly"), kNow + Seconds(10)});
  index_.put_client(kNightly, renamed);
  index_.put_client(kNightly, client("Evening"));
  EXPECT_FALSE(found("Finance", "CRM", "nightly"));
  EXPECT_TRUE(found("Finance", "CRM", "evening"));
  index_.put_client(kNightly, nullptr);
  index_.put_client(kNightly, nullptr);
  EXPECT_FALSE(found("Finance", "CRM", "evening"));
  EXPECT_EQ(index_.client_count(), 0U);
}

// Invariant 7: whatever takes a right away is seen by the very next question.
TEST_F(LookupIndexTest, EveryWayOfTakingARightAwayTakesItAtOnce) {
  const std::vector<std::pair<const char*, std::function<void()>>> ways = {
      {"key revoked", [&] { index_.remove_robot_key(kKey); }},
      {"robot deleted", [&] { index_.put_robot(kInvoices, nullptr); }},
      {"robot of another project", [&] { index_.put_robot(kInvoices, robot(kSales, "x")); }},
      {"rule removed", [&] { index_.put_access(kNightly, {}); }},
      {"client deleted", [&] { index_.put_client(kNightly, nullptr); }},
      {"client disabled",
       [&] {
         auto entry = client("nightly");
         entry->state = OAuthClientState::kDisabled;
         index_.put_client(kNightly, entry);
       }},
      {"target system deleted", [&] { index_.put_target_system(kCrm, nullptr); }},
      {"project deleted", [&] { index_.put_project(kFinance, nullptr); }},
  };
  for (const auto& [name, take] : ways) {
    index_.put_project(kFinance, project(kFinance, "Finance"));
    index_.put_target_system(kCrm, system(kCrm, std::nullopt, "CRM"));
    index_.put_client(kNightly, client("nightly"));
    index_.put_robot(kInvoices, robot(kFinance, "finance/invoices"));
    index_.put_robot_key(hash(1), kKey, kInvoices);
    ASSERT_TRUE(allowed()) << name;
    const std::uint64_t before = index_.rights_epoch();
    take();
    EXPECT_FALSE(allowed()) << name;
    EXPECT_NE(index_.rights_epoch(), before) << name;
  }
}

TEST_F(LookupIndexTest, TokensThatWereWithdrawnAreNobodysWhoeverFoundThemBefore) {
  // A-088; invariant 7
  using Standing = LookupIndex::Standing;
  index_.put_retrieved(kNightly, std::make_shared<TokenEntry>());
  const std::uint64_t before = index_.rights_epoch();
  index_.withdraw_tokens(kNightly, OAuthClientState::kNeedsSignIn);
  EXPECT_EQ(index_.find(kNightly).client->token, nullptr);
  EXPECT_EQ(index_.find(kNightly).client->state, OAuthClientState::kNeedsSignIn);
  EXPECT_EQ(standing(before), Standing::kTokensGone);
  index_.put_client(kNightly, client("nightly"));  // edited meanwhile
  index_.put_retrieved(kNightly, std::make_shared<TokenEntry>());
  EXPECT_EQ(standing(before), Standing::kTokensGone);
  EXPECT_EQ(standing(), Standing::kHolds);
}

TEST_F(LookupIndexTest, WithdrawnTokensAreRememberedUntilTheClientIsDestroyed) {
  using Standing = LookupIndex::Standing;
  const std::uint64_t before = index_.rights_epoch();
  EXPECT_FALSE(index_.withdrawn_since(kNightly, before));
  index_.withdraw_tokens(kNightly, OAuthClientState::kNeedsRetrieval);
  EXPECT_TRUE(index_.withdrawn_since(kNightly, before));
  EXPECT_FALSE(index_.withdrawn_since(kNightly, index_.rights_epoch()));
  index_.put_client(kNightly, nullptr);  // deleted, which can be undone
  index_.put_client(kNightly, client("nightly"));
  EXPECT_EQ(standing(before), Standing::kTokensGone);
  index_.forget_client(kNightly);
  EXPECT_FALSE(index_.withdrawn_since(kNightly, before));
  EXPECT_EQ(standing(before), Standing::kClientGone);
}

TEST_F(LookupIndexTest, ANewTokenTakesNoRightAway) {
  const std::uint64_t before = index_.rights_epoch();
  index_.put_retrieved(kNightly, std::make_shared<TokenEntry>());
  index_.put_failed(kNightly);
  EXPECT_EQ(index_.rights_epoch(), before);
  EXPECT_EQ(index_.find(kNightly).client->state, OAuthClientState::kFailing);
  EXPECT_NE(index_.find(kNightly).client->token, nullptr);
}

TEST_F(LookupIndexTest, ARetrievalDoesNotEnableADisabledClient) {
  auto entry = client("nightly");
  entry->state = OAuthClientState::kDisabled;
  index_.put_client(kNightly, entry);
  index_.put_retrieved(kNightly, std::make_shared<TokenEntry>());
  EXPECT_FALSE(allowed());
}

TEST_F(LookupIndexTest, RulesWithPatternsCoverPathsByWholeSegments) {
  auto entry = client("nightly");
  const auto covered = [&](std::string pattern) {
    entry->access = {{id<RobotAccessId>(9), std::nullopt, std::move(pattern)}};
    return may_read(*robot(kFinance, "finance/invoices"), *entry);
  };
  EXPECT_TRUE(covered("finance/invoices"));
  EXPECT_TRUE(covered("finance/*"));
  EXPECT_TRUE(covered("finance/**"));
  EXPECT_FALSE(covered("finance"));
  EXPECT_FALSE(covered("finance/inv"));
  EXPECT_FALSE(covered("sales/**"));
}

}  // namespace
}  // namespace strongroom::vault
