#include "cli/resources.h"

#include <gtest/gtest.h>

#include "http/testing/fake_client.h"

namespace strongroom::cli {
namespace {

constexpr const char* kRobots =
    R"({"items": [{"id": "1", "name": "r1", "path": "finance/x", "project_name": "P"},
                  {"id": "2", "name": "r1", "path": "finance/y", "project_name": "P"},
                  {"id": "3", "name": "R1", "path": "", "project_name": "Q"},
                  {"id": "4", "name": "r10", "path": "finance/x", "project_name": "P"}],
        "total": 4})";

class Resolve : public testing::Test {
 protected:
  Result<std::string> robot(const std::string& name) {
    client_.answer(200, kRobots, {});
    return resolve(session_, kRobot, {name, {{"project", "P"}}});
  }

  http::FakeClient client_;
  Rest rest_{client_, {"https://vault.example", "", Key{"srk_user_x"}}};
  Session session_{rest_, Format::kJson};
};

TEST_F(Resolve, TellsRobotsOfOneNameApartByTheirPaths) {
  EXPECT_EQ(robot("finance/x/r1").value(), "1");
  EXPECT_EQ(robot("/Finance/Y/R1").value(), "2");
  EXPECT_EQ(robot("/r1").value(), "3");
  EXPECT_EQ(robot("r10").value(), "4");
  EXPECT_EQ(client_.request(0).url,
            "https://vault.example/api/v1/robots?project=P&filter=finance%2Fx%2Fr1&page_size=1000");
}

TEST_F(Resolve, FindsANameThatManyHaveInTheirs) {
  client_.answer(200, R"({"items": [{"id": "1", "name": "r10"}], "total": 2})", {});
  client_.answer(200, R"({"items": [{"id": "2", "name": "r1"}], "total": 2})", {});
  EXPECT_EQ(resolve(session_, kUser, {"r1", {}}).value(), "2");
  EXPECT_EQ(client_.request(1).url,
            "https://vault.example/api/v1/users?filter=r1&page_size=1000&page=2");
}

TEST_F(Resolve, ListsAllThatANameCouldMean) {
  const auto unclear = robot("r1");
  ASSERT_FALSE(unclear.has_value());
  EXPECT_EQ(unclear.error().code, Code::kConflict);
  EXPECT_EQ(unclear.error().detail, "robot \"r1\": finance/x/r1 in P; finance/y/r1 in P; /R1 in Q");
  EXPECT_NE(unclear.error().message.view().find("path/name"), std::string_view::npos);
}

TEST_F(Resolve, FindsNoRobotUnderHalfAPath) {
  for (const char* name : {"x/r1", "finance/x", "finance/x/", "finance/z/r1", "r"}) {
    const auto found = robot(name);
    ASSERT_FALSE(found.has_value()) << name;
    EXPECT_EQ(found.error().code, Code::kNotFound) << name;
  }
}

TEST_F(Resolve, EndsAsTheSearchForTheNameEnded) {
  constexpr std::pair<int, Code> kEnds[] = {
      {400, Code::kInternal}, {401, Code::kPermissionDenied}, {403, Code::kPermissionDenied},
      {404, Code::kNotFound}, {429, Code::kUnavailable},      {503, Code::kUnavailable}};
  for (const auto& [status, code] : kEnds) {
    client_.answer(status, "{}", {});
    EXPECT_EQ(resolve(session_, kProject, {"P", {}}).error().code, code) << status;
  }
}

TEST_F(Resolve, TakesASlashInOtherNamesAsALetter) {
  client_.answer(200, R"({"items": [{"id": "7", "name": "R/3", "project_name": "P"}]})", {});
  EXPECT_EQ(resolve(session_, kTargetSystem, {"r/3", {}}).value(), "7");
}

TEST_F(Resolve, SendsAnIdAsItIs) {
  const std::string id = "01a20bd1-9f4a-7e49-a7e2-9079c8bd21bc";
  EXPECT_EQ(resolve(session_, kRobot, {id, {}}).value(), id);
  EXPECT_EQ(client_.count(), 0U);
}

}  // namespace
}  // namespace strongroom::cli
