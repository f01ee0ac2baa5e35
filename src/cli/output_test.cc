#include "cli/output.h"

#include <array>

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace strongroom::cli {
namespace {

constexpr std::array kColumns{Column{"NAME", "name"}, Column{"EXPIRES", "token.expires_at"}};

TEST(Table, AlignsByCharactersAndShowsWhatIsMissingAsADash) {
  const auto items = boost::json::parse(
                         R"([{"name": "Zürich", "token": {"expires_at": "tomorrow"}},
                             {"name": "a", "token": null}])")
                         .as_array();
  EXPECT_EQ(table(items, kColumns),
            "NAME    EXPIRES\n"
            "Zürich  tomorrow\n"
            "a       -\n");
}

TEST(Table, GivesATerminalNoOrders) {
  const boost::json::array items{{{"name", "red\x1b[31m\nline"}, {"token", nullptr}}};
  EXPECT_EQ(table(items, kColumns).find('\x1b'), std::string::npos);
  EXPECT_NE(table(items, kColumns).find("red?[31m?line"), std::string::npos);
}

TEST(Sheet, NamesNestedMembersByTheirPath) {
  const auto object =
      boost::json::parse(R"({"name": "x", "owner": {"email": "a@b"}, "tags": ["p", "q"]})");
  EXPECT_EQ(sheet(object.as_object()), "name: x\nowner.email: a@b\ntags: p, q\n");
}

TEST(Sheet, NumbersWhatThereIsSeveralOf) {
  const auto object = boost::json::parse(R"({"keys": [{"id": "a"}, {"id": "b"}], "none": []})");
  EXPECT_EQ(sheet(object.as_object()), "keys.0.id: a\nkeys.1.id: b\nnone: -\n");
}

TEST(Sheet, ShowsTheFirstOfManyLines) {
  const auto object = boost::json::parse(R"({"pem": "-----BEGIN\nabc\n-----END\n", "one": "x\n"})");
  EXPECT_EQ(sheet(object.as_object()), "pem: -----BEGIN … (3 lines)\none: x?\n");
}

Answer answer(int status, std::string_view body) {
  return {status, {}, {}, http::ResponseBody{body}};
}

// Exit codes are documented: scripts depend on them.
TEST(ExitCode, TellsWhatAScriptCanDoAboutAProblem) {
  EXPECT_EQ(report_problem(answer(401, "{}")), ExitCode::kNotAuthorized);
  EXPECT_EQ(report_problem(answer(403, "{}")), ExitCode::kNotAuthorized);
  EXPECT_EQ(report_problem(answer(404, "{}")), ExitCode::kNotFound);
  EXPECT_EQ(report_problem(answer(409, "{}")), ExitCode::kConflict);
  EXPECT_EQ(report_problem(answer(412, "{}")), ExitCode::kConflict);
  EXPECT_EQ(report_problem(answer(424, "{}")), ExitCode::kProviderFailed);
  EXPECT_EQ(report_problem(answer(424, R"({"code": "needs_consent"})")), ExitCode::kNeedsPerson);
  EXPECT_EQ(report_problem(answer(429, "{}")), ExitCode::kTryAgain);
  EXPECT_EQ(report_problem(answer(503, "{}")), ExitCode::kTryAgain);
  EXPECT_EQ(report_problem(answer(503, R"({"type": "/problems/provider_unreachable"})")),
            ExitCode::kTryAgain);
  EXPECT_EQ(report_problem(answer(500, "<html>")), ExitCode::kError);
}

TEST(ExitCode, TellsWhatAScriptCanDoAboutAnErrorOfOurs) {
  EXPECT_EQ(report_error(Error{Code::kInvalidArgument, "x"}), ExitCode::kUsage);
  EXPECT_EQ(report_error(Error{Code::kNotFound, "x"}), ExitCode::kNotFound);
  EXPECT_EQ(report_error(Error{Code::kUnavailable, "x"}), ExitCode::kTryAgain);
  EXPECT_EQ(report_error(Error{Code::kCorrupt, "x"}), ExitCode::kError);
}

}  // namespace
}  // namespace strongroom::cli
