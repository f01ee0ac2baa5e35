#include "vault/credential_expiries.h"

#include <string>

#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class CredentialExpiriesTest : public VaultWorld {
 protected:
  TargetSystemId expiring(const std::string& name, const std::vector<Seconds>& in,
                          std::optional<ProjectId> project = {}) {
    TargetSystemFields fields = system_fields(name, project);
    fields.consumer_secrets.emplace();
    for (const Seconds left : in) {
      fields.consumer_secrets->push_back({oauth::ConsumerSecret("secret"), clock_.now() + left});
    }
    const auto made = systems().create(admin_, fields);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? made->id : TargetSystemId{};
  }
  ExpiryReport report() {
    CredentialExpiries expiries(*context_);
    EXPECT_TRUE(expiries.refresh().has_value());
    return *expiries.latest();
  }
  static constexpr Seconds kDay{86'400};
};

TEST_F(CredentialExpiriesTest, AreTheEarliestOfEachTargetSystemSoonestFirst) {
  EXPECT_TRUE(report().soonest.empty());
  system("Never");
  const auto later = expiring("Later", {kDay * 90, kDay * 20});
  const auto over = expiring("Over", {-kDay});
  const auto soon = expiring("Soon", {kDay * 3});
  const ExpiryReport found = report();
  ASSERT_EQ(found.soonest.size(), 3U);
  EXPECT_EQ(found.soonest[0].target_system, over.text());
  EXPECT_EQ(found.soonest[1].target_system, soon.text());
  EXPECT_EQ(found.soonest[1].kind, "secret");
  EXPECT_EQ(found.soonest[2].target_system, later.text());
  EXPECT_EQ(found.soonest[2].expires_on, clock_.now() + kDay * 20);
  EXPECT_EQ(found.expired, 1);
  EXPECT_EQ(found.within_week, 2);
  EXPECT_EQ(found.within_month, 3);
}

TEST_F(CredentialExpiriesTest, OfWhatWasDeletedDoNotCount) {
  const ProjectId home = project("Gone");
  expiring("In it", {kDay}, home);
  const auto deleted = expiring("Deleted", {kDay});
  EXPECT_EQ(report().within_week, 2);
  ASSERT_TRUE(systems().remove(admin_, deleted).has_value());
  ASSERT_TRUE(projects().remove(admin_, home).has_value());
  EXPECT_EQ(report().within_week, 0);
  EXPECT_TRUE(report().soonest.empty());
}

TEST_F(CredentialExpiriesTest, AreABoundedSet) {
  const auto most = static_cast<int>(CredentialExpiries::kMost);
  for (int i = 0; i <= most; ++i) expiring("System " + std::to_string(i), {kDay * i});
  const ExpiryReport found = report();
  EXPECT_EQ(found.soonest.size(), static_cast<std::size_t>(most));
  EXPECT_EQ(found.soonest.front().expires_on, clock_.now());
  EXPECT_EQ(found.within_month, 31) << "counted over all";
}

}  // namespace
}  // namespace strongroom::vault
