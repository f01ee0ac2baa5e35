#include "api/calendar_entry.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace strongroom::api {
namespace {

using vault::EndCause;
using vault::ForecastEntry;

constexpr const char* kClient = "0198c0de-0000-7000-8000-0000000000c1";
constexpr const char* kSystem = "0198c0de-0000-7000-8000-0000000000d1";
constexpr const char* kConsole = "https://vault.example";

ForecastEntry client_that_ends(EndCause cause) {
  ForecastEntry entry;
  entry.ends_at = *parse_rfc3339("2026-12-01T08:30:05Z");
  entry.cause = cause;
  entry.client = vault::OAuthClientId::parse(kClient);
  entry.target_system = *vault::TargetSystemId::parse(kSystem);
  entry.name = "Post";
  return entry;
}

ForecastEntry system_that_ends(std::int64_t clients) {
  ForecastEntry entry = client_that_ends(EndCause::kCredential);
  entry.client.reset();
  entry.name = "CRM";
  entry.clients = clients;
  return entry;
}

TEST(CalendarEntry, OfAClientSaysWhatStopsWhyAndWhomToAsk) {
  ForecastEntry entry = client_that_ends(EndCause::kRefreshAbsolute);
  entry.owner = {"Ada", "ada@example.org"};
  entry.robots = {{.path = "finance/invoices"}, {.path = "finance/**"}};
  const auto shown = calendar_entry(entry, {"CRM", "Finance"}, kConsole);
  EXPECT_EQ(shown.uid, std::string(kClient) + "-refresh_token_absolute@strongroom");
  EXPECT_EQ(shown.at, entry.ends_at);
  EXPECT_EQ(shown.summary, "Post stops working");
  EXPECT_EQ(shown.url, std::string(kConsole) + "/repository/vault/oauth-clients/" + kClient);
  EXPECT_EQ(shown.description,
            "Its refresh token ends, however often it is used.\n"
            "Have the owner of the account sign in again before then: no use moves this date.\n"
            "\n"
            "Target system: CRM\n"
            "Project: Finance\n"
            "Owner: Ada, ada@example.org\n"
            "Robots: finance/invoices, finance/**");
}

TEST(CalendarEntry, OfATargetSystemCountsItsClients) {
  const auto several = calendar_entry(system_that_ends(3), {"CRM", {}}, kConsole);
  EXPECT_EQ(several.uid, std::string(kSystem) + "-credential@strongroom");
  EXPECT_EQ(several.summary, "CRM stops working: 3 OAuth clients");
  EXPECT_EQ(several.url,
            std::string(kConsole) + "/repository/vault/target-systems/" + kSystem + "/edit");
  EXPECT_EQ(several.description.find("Target system:"), std::string::npos);
  EXPECT_EQ(calendar_entry(system_that_ends(1), {"CRM", {}}, kConsole).summary,
            "CRM stops working");
}

TEST(CalendarEntry, LeavesOutWhatNobodyKnows) {
  ForecastEntry entry = client_that_ends(EndCause::kNoRefreshToken);
  EXPECT_TRUE(calendar_entry(entry, {}, kConsole)
                  .description.ends_with("before then.\n\nNo robot reads it."));
  entry.owner.email = "ada@example.org";
  entry.robots = {{.path = "finance/invoices"}};
  entry.more_robots = true;
  EXPECT_TRUE(calendar_entry(entry, {}, kConsole)
                  .description.ends_with("\n\nOwner: ada@example.org\n"
                                         "Robots: finance/invoices and more"));
}

TEST(CalendarEntry, IsAnotherOneForEachCauseWithWordsOfItsOwn) {
  std::set<std::string> uids;
  std::set<std::string> texts;
  for (const EndCause cause : {EndCause::kNoRefreshToken, EndCause::kRefreshIdle,
                               EndCause::kRefreshAbsolute, EndCause::kCredential}) {
    const auto shown = calendar_entry(client_that_ends(cause), {}, kConsole);
    uids.insert(shown.uid);
    texts.insert(shown.description);
    EXPECT_FALSE(shown.description.starts_with('\n')) << shown.uid;
  }
  EXPECT_EQ(uids.size(), 4u);
  EXPECT_EQ(texts.size(), 4u);
}

}  // namespace
}  // namespace strongroom::api
