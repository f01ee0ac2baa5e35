#include "api/need.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace strongroom::api {
namespace {

using enum Permission;

Uuid project() { return *Uuid::parse("01890a5d-ac96-774b-bcce-b302099a8051"); }

Grants in_project(Permissions permissions) {
  Grants grants;
  grants.add(project(), permissions);
  return grants;
}

TEST(Needs, DeclareEachRouteOnce) {
  std::set<std::string> seen;
  for (const RouteNeed& route : route_needs()) {
    const std::string name = std::string(route.method) + " " + std::string(route.pattern);
    EXPECT_TRUE(seen.insert(name).second) << name;
    EXPECT_TRUE(find_need(route.method, route.pattern).has_value()) << name;
    EXPECT_FALSE(name_of(route.need.where).empty()) << name;
  }
  EXPECT_FALSE(find_need("GET", "/api/v1/nothing").has_value());
  EXPECT_FALSE(find_need("TRACE", "/api/v1/projects").has_value());
}

TEST(Needs, OfAProjectAreMetByWhoeverHasThePermissionSomewhere) {
  const Need need{Where::kInProject, kConfigure};
  EXPECT_TRUE(may_ask(need, Permissions{kConfigure}).has_value());
  EXPECT_TRUE(may_ask(need, in_project({kConfigure})).has_value());
  const Status refused = may_ask(need, in_project({kView}));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kPermissionDenied);
  EXPECT_EQ(std::get<VisibleName>(*refused.error().find("permission")).text, "configure");
}

TEST(Needs, EverywhereAreMetByNoProject) {
  const Need need{Where::kEverywhere, kManageRoles};
  EXPECT_TRUE(may_ask(need, Permissions{kManageRoles}).has_value());
  EXPECT_FALSE(may_ask(need, in_project({kManageRoles})).has_value());
}

TEST(Needs, AreMetByAnotherPermissionWhereOneDoes) {
  const Need need{Where::kInProject, kConfigure, kDisable};
  EXPECT_TRUE(may_ask(need, in_project({kDisable})).has_value());
  EXPECT_FALSE(may_ask(need, in_project({kView})).has_value());
}

TEST(Needs, AreMetByBothPermissionsWhereTwoAreNeeded) {
  const Need need{.where = Where::kSomewhere, .permission = kManageUsers, .also = kConfigure};
  EXPECT_TRUE(may_ask(need, in_project({kManageUsers, kConfigure})).has_value());
  EXPECT_FALSE(may_ask(need, Permissions{kConfigure}).has_value());
  const Status refused = may_ask(need, Permissions{kManageUsers});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(std::get<VisibleName>(*refused.error().find("permission")).text, "configure");
}

TEST(Needs, LeaveOnesOwnToTheHandler) {
  const Need need{Where::kEverywhere, kManageApiKeys, {}, true};
  EXPECT_TRUE(may_ask(need, Grants()).has_value());
  EXPECT_TRUE(may_ask({Where::kSignedIn}, Grants()).has_value());
  EXPECT_TRUE(may_ask({Where::kNobody}, Grants()).has_value());
}

}  // namespace
}  // namespace strongroom::api
