// What deletions of all kinds have in common.

#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class DeletionTest : public VaultWorld {
 protected:
  // Deletes as it was read, and then as it is.
  template <class Collection, class Id>
  void expect_only_as_it_is(Collection collection, Id id, Revision read) {
    EXPECT_EQ(answer_of(collection.remove(admin_, id, read)), "changed meanwhile");
    EXPECT_EQ(answer_of(collection.remove(admin_, id, read + 1)), "ok");
  }
};

TEST_F(DeletionTest, OfWhatSomebodyElseChangedMeanwhileIsRefused) {
  const ProjectId finance = project("Finance");
  const TargetSystem crm = system("CRM");
  const OAuthClient nightly = client(finance, crm.id, "nightly");
  const Robot reader = robot(finance, "a", "reader");

  RobotFields robot_name;
  robot_name.name = "other";
  ASSERT_TRUE(robots().update(admin_, reader.id, 1, robot_name).has_value());
  expect_only_as_it_is(robots(), reader.id, 1);
  OAuthClientFields label;
  label.label = "other";
  ASSERT_TRUE(clients().update(admin_, nightly.id, 1, label).has_value());
  expect_only_as_it_is(clients(), nightly.id, 1);
  TargetSystemFields system_name;
  system_name.name = "other";
  ASSERT_TRUE(systems().update(admin_, crm.id, 1, system_name).has_value());
  expect_only_as_it_is(systems(), crm.id, 1);
  ASSERT_TRUE(projects().update(admin_, finance, 1, {"other", {}}).has_value());
  expect_only_as_it_is(projects(), finance, 1);
}

}  // namespace
}  // namespace strongroom::vault
