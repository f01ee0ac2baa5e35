#include "catalogue/provider_check.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalogue/hints.h"
#include "catalogue/problems.h"

namespace strongroom::catalogue {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A file as people write it. Each test replaces a piece of it.
constexpr std::string_view kGood = R"({
  "id": "example",
  "name": "Example",
  "grants": ["client_credentials"],
  "token_endpoint": "https://{domain}/{realm}/token",
  "variables": [
    {"name": "domain", "label": "Domain", "place": "host", "format": "dns_name",
     "required": true},
    {"name": "realm", "label": "Realm", "place": "path_segment", "format": "text",
     "default": "main"}
  ],
  "client_authentication": ["client_secret_basic"],
  "sources": {
    "grants": [{"page": "https://example.com/", "read": "2026-11-24"}],
    "token_endpoint": [{"page": "https://example.com/", "read": "2026-11-24"}],
    "variables": [{"page": "https://example.com/", "read": "2026-11-24"}],
    "client_authentication": [{"page": "https://example.com/", "read": "2026-11-24"}]
  }
}
)";

std::string with(std::string_view old, std::string_view replacement) {
  std::string text(kGood);
  const std::size_t at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return text.replace(at, old.size(), replacement);
}

std::string place_of(const FileProblem& problem) {
  return std::to_string(problem.line) + ":" + std::to_string(problem.column) + " " +
         problem.pointer;
}

// "line:column pointer" of each problem.
std::vector<std::string> places(const std::string& text) {
  std::vector<std::string> found;
  for (const FileProblem& problem : check_provider_text(text).problems) {
    found.push_back(place_of(problem));
  }
  return found;
}

FileProblem only_problem(const std::string& text) {
  const FileReport report = check_provider_text(text);
  EXPECT_EQ(report.problems.size(), 1U);
  EXPECT_FALSE(report.provider.has_value());
  return report.problems.empty() ? FileProblem{} : report.problems.front();
}

TEST(ProviderCheck, HasNothingToSayOfAGoodFile) {
  const FileReport report = check_provider_text(kGood);
  EXPECT_THAT(report.problems, IsEmpty());
  ASSERT_TRUE(report.provider.has_value());
  EXPECT_EQ(report.provider->id, "example");
  EXPECT_FALSE(report.has_more_to_check);
}

TEST(ProviderCheck, ShowsEveryProblemWithItsLine) {
  std::string text = with("\"id\": \"example\"", "\"id\": \"Example\"");
  text.replace(text.find("\"host\""), 6, "\"hots\"");
  text.replace(text.find("\"required\": true"), 16, "\"required\": 1");
  EXPECT_THAT(places(text),
              ElementsAre("2:9 /id", "7:52 /variables/0/place", "8:18 /variables/0/required"));
  EXPECT_TRUE(check_provider_text(text).has_more_to_check);
}

TEST(ProviderCheck, SaysWhatAnUnknownMemberWasMeantToBe) {
  const FileProblem problem =
      only_problem(with("\"name\": \"Example\"", "\"name\": \"Example\", \"scope\": {}"));
  EXPECT_EQ(place_of(problem), "3:22 /scope");
  EXPECT_EQ(problem.hint, "Did you mean \"scopes\"?");
  EXPECT_EQ(problem.line_text, "  \"name\": \"Example\", \"scope\": {},");
}

TEST(ProviderCheck, SaysWhichValuesAreKnown) {
  FileProblem problem = only_problem(with("client_credentials\"]", "client-credentials\"]"));
  EXPECT_EQ(place_of(problem), "4:14 /grants/0");
  EXPECT_EQ(problem.hint, "Did you mean \"client_credentials\"?");
  problem = only_problem(with("\"path_segment\"", "\"somewhere else\""));
  EXPECT_THAT(problem.hint, HasSubstr("Known here: url, host, host_label, path_segment."));
}

TEST(ProviderCheck, ShowsAMissingSourceAndWhatOneLooksLike) {
  const FileProblem problem = only_problem(
      with("    \"variables\": [{\"page\": \"https://example.com/\", \"read\": \"2026-11-24\"}],\n",
           ""));
  EXPECT_EQ(place_of(problem), "13:3 /sources/variables");
  EXPECT_THAT(problem.hint, HasSubstr("\"variables\": [{\"page\""));
}

TEST(ProviderCheck, RefusesATemplateThatEscapesItsHost) {
  // A-031
  for (const char* bad : {"https://{domain}.com/token", "https://login.{domain}/token",
                          "https://example.com@{domain}/token", "https://x{domain}/{realm}/token",
                          "http://{domain}/{realm}/token", "https://{realm}/{domain}/token"}) {
    const FileReport report = check_provider_text(with("https://{domain}/{realm}/token", bad));
    ASSERT_FALSE(report.problems.empty()) << bad;
    EXPECT_EQ(place_of(report.problems.front()), "5:21 /token_endpoint") << bad;
  }
}

TEST(ProviderCheck, RefusesVariablesThatReferToVariables) {
  FileProblem problem = only_problem(with("\"main\"", "\"{realm}\""));
  EXPECT_EQ(place_of(problem), "10:17 /variables/1/default");
  EXPECT_EQ(problem.message.view(), "A default cannot name its own variable.");
  // Two that name each other are a cycle.
  std::string text = with("\"main\"", "\"{domain}\"");
  text.replace(text.find("\"required\": true"), 16, "\"default\": \"{realm}\"");
  EXPECT_THAT(places(text), testing::Contains("8:17 /variables/0/default"));
  EXPECT_THAT(places(text), testing::Contains("10:17 /variables/1/default"));
}

TEST(ProviderCheck, PointsAtWhereTheTextStopsBeingJson) {
  FileProblem problem = only_problem(with("\"name\": \"Example\",", "\"name\": \"Example\""));
  EXPECT_EQ(place_of(problem), "4:3 ");
  EXPECT_THAT(problem.hint, HasSubstr("comma"));
  problem = only_problem(std::string(kGood.substr(0, kGood.size() - 2)));
  EXPECT_THAT(problem.hint, HasSubstr("ends before"));
  problem = only_problem(with("\"name\": \"Example\"", "\"id\": \"again\""));
  EXPECT_EQ(place_of(problem), "3:3 /id");
  problem = only_problem("");
  EXPECT_EQ(place_of(problem), "1:1 ");
}

TEST(ProviderCheck, AnswersWhateverTheBytesAre) {
  for (std::size_t i = 0; i < kGood.size(); ++i) {
    std::string text(kGood);
    text[i] = static_cast<char>(text[i] ^ 0x8b);
    for (const FileProblem& problem : check_provider_text(text).problems) {
      EXPECT_GE(problem.line, 1U);
      EXPECT_GE(problem.column, 1U);
    }
  }
  // So many problems that nobody reads them all.
  std::string many = "{";
  for (int i = 0; i < 5'000; ++i) many.append("\"m").append(std::to_string(i)).append("\":0,");
  EXPECT_EQ(check_provider_text(many + "\"x\":0}").problems.size(), Problems::kMost);
}

TEST(ProviderCheck, FindsIdsThatAreTakenAlready) {
  const std::string github = with("\"id\": \"example\"", "\"id\": \"github\"");
  const std::vector<ProviderFile> files = {
      {"one.json", std::string(kGood)}, {"two.json", std::string(kGood)}, {"github.json", github}};
  auto reports = check_provider_files(files, false);
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_THAT(reports[0].problems, IsEmpty());
  ASSERT_EQ(reports[1].problems.size(), 1U);
  EXPECT_EQ(place_of(reports[1].problems[0]), "2:9 /id");
  EXPECT_EQ(reports[1].problems[0].hint, "It is also in one.json.");
  ASSERT_EQ(reports[2].problems.size(), 1U);
  EXPECT_EQ(place_of(reports[2].problems[0]), "2:9 /id");
  reports = check_provider_files(files, true);
  EXPECT_THAT(reports[2].problems, IsEmpty());
  EXPECT_EQ(reports[1].problems.size(), 1U);
}

TEST(Hints, KnowWhatAWordWasMeantToBe) {
  const std::vector<std::string_view> known = {"scopes", "sources", "variables"};
  EXPECT_EQ(nearest("scope", known), "scopes");
  EXPECT_EQ(nearest("Sources", known), "sources");
  EXPECT_EQ(nearest("variabels", known), "variables");
  EXPECT_EQ(nearest("documentation", known), "");
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(nearest(std::string(70'000, 's'), known), "");
  EXPECT_EQ(known_here("other things", known), "Known here: scopes, sources, variables.");
  EXPECT_EQ(known_here("x", {}), "Nothing is known here.");
}

}  // namespace
}  // namespace strongroom::catalogue
