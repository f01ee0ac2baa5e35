#include "base/grants.h"

#include <gtest/gtest.h>

namespace strongroom {
namespace {

using enum Permission;

Uuid project(char last) {
  return *Uuid::parse(std::string("01890a5d-ac96-774b-bcce-b302099a805") + last);
}

TEST(Grants, HoldWhereTheyWereGivenAndWhatIsEverywhereHoldsInEachProject) {
  Grants grants(Permissions{kView});
  grants.add(project('1'), {kConfigure});
  EXPECT_TRUE(grants.has(kView, project('2')));
  EXPECT_TRUE(grants.has(kConfigure, project('1')));
  EXPECT_FALSE(grants.has(kConfigure, project('2')));
  EXPECT_FALSE(grants.has(kConfigure, Uuid{}));
  EXPECT_FALSE(grants.has(kConfigure));
  EXPECT_TRUE(grants.has_anywhere(kConfigure));
  EXPECT_FALSE(grants.has_anywhere(kKill));
}

TEST(Grants, OfTwoRolesInAProjectAddUp) {
  Grants grants;
  grants.add(project('1'), {kView});
  grants.add(project('1'), {kRetrieve});
  EXPECT_EQ(grants.in(project('1')), (Permissions{kView, kRetrieve}));
  EXPECT_EQ(grants.projects().size(), 1U);
}

TEST(Grants, NameTheProjectsOfAPermission) {
  Grants grants(Permissions{kView});
  grants.add(project('2'), {kConfigure});
  grants.add(project('1'), {kConfigure, kKill});
  EXPECT_EQ(grants.projects_with(kView), std::nullopt);
  EXPECT_EQ(grants.projects_with(kConfigure), (std::vector{project('1'), project('2')}));
  EXPECT_EQ(grants.projects_with(kKill), std::vector{project('1')});
  EXPECT_EQ(grants.projects_with(kExtract), std::vector<Uuid>{});
}

TEST(Grants, AreLimitedPlaceByPlace) {
  Grants user(Permissions{kView, kRetrieve});
  user.add(project('1'), {kConfigure});
  Grants key;
  key.add(project('1'), {kView, kConfigure, kKill});
  key.add(project('2'), {kView, kConfigure});
  const Grants both = user.limited_to(key);
  EXPECT_EQ(both.everywhere(), Permissions{});
  EXPECT_EQ(both.in(project('1')), (Permissions{kView, kConfigure}));
  EXPECT_EQ(both.in(project('2')), Permissions{kView});
  EXPECT_EQ(user.limited_to(Permissions::all()), user);
}

}  // namespace
}  // namespace strongroom
