#include "catalogue/wire_parser.h"

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "catalogue/catalogue.h"
#include "catalogue/provider_parser.h"

namespace strongroom::catalogue {
namespace {

namespace json = boost::json;

json::value full_entry() {
  std::ifstream in(STRONGROOM_SOURCE_DIR "/src/catalogue/testdata/full_entry.json");
  std::ostringstream text;
  text << in.rdbuf();
  return json::parse(text.str());
}

TEST(WireParser, ReadsHowRequestsAndAnswersAreWritten) {
  //
  const auto provider = parse_provider(json::serialize(full_entry()));
  ASSERT_TRUE(provider.has_value()) << provider.error().detail;
  EXPECT_EQ(provider->wire.body, BodyFormat::kJson);
  EXPECT_EQ(provider->wire.client_id_parameter, "clientKey");
  EXPECT_EQ(provider->wire.client_secret_parameter, "clientSecret");
  EXPECT_EQ(provider->wire.refresh_endpoint, "https://{shop}.login.example.com/{tenant}/refresh");
  EXPECT_EQ(provider->response.envelope, (std::vector<std::string>{"data", "authed_user"}));
  EXPECT_EQ(provider->response.access_token_member, "accessToken");
  EXPECT_EQ(provider->response.refresh_token_member, "refreshToken");
  EXPECT_EQ(provider->response.expires_in_member, "expiresIn");
  EXPECT_EQ(provider->response.scope_member, "scopes");
  EXPECT_EQ(provider->response.expires_at_member, "expiresAt");
  EXPECT_EQ(provider->response.expires_at_form, EndForm::kIso8601);
}

TEST(WireParser, ReadsWhatIsLearned) {
  const auto provider = parse_provider(json::serialize(full_entry()));
  ASSERT_TRUE(provider.has_value() && provider->learned.size() == 3);
  EXPECT_EQ(provider->learned[0].name, "company");
  EXPECT_EQ(provider->learned[0].member, "realmId");
  EXPECT_EQ(provider->learned[0].from, LearnedFrom::kCallback);
  EXPECT_EQ(provider->learned[0].kind, LearnedKind::kText);
  EXPECT_EQ(provider->learned[1].from, LearnedFrom::kAnswer);
  EXPECT_EQ(provider->learned[1].kind, LearnedKind::kUrl);
  EXPECT_EQ(provider->learned[1].host_suffixes,
            (std::vector<std::string>{".example.com", ".example.org"}));
  EXPECT_EQ(provider->learned[2].kind, LearnedKind::kHost);
}

TEST(WireParser, LeavesWhatAnEntryDoesNotSayToTheStandard) {
  json::value entry = full_entry();
  entry.as_object().erase("wire");
  for (const char* member :
       {"body", "client_id_parameter", "client_secret_parameter", "refresh_endpoint"}) {
    entry.at("sources").as_object().erase(std::string("wire.") + member);
  }
  const auto provider = parse_provider(json::serialize(entry));
  ASSERT_TRUE(provider.has_value()) << provider.error().detail;
  EXPECT_EQ(provider->wire.body, BodyFormat::kForm);
  EXPECT_EQ(provider->wire.client_id_parameter, "client_id");
  EXPECT_EQ(provider->wire.client_secret_parameter, "client_secret");
  EXPECT_EQ(provider->wire.refresh_endpoint, "");
}

TEST(WireParser, HasNoneOfItForOauth1) {
  std::ifstream in(STRONGROOM_SOURCE_DIR "/src/catalogue/testdata/oauth1_entry.json");
  std::ostringstream text;
  text << in.rdbuf();
  json::value entry = json::parse(text.str());
  ASSERT_TRUE(parse_provider(json::serialize(entry)).has_value());
  entry.as_object()["wire"] = {{"body", "json"}};
  entry.at("sources").as_object()["wire.body"] =
      json::array{{{"page", "https://example.com/"}, {"read", "2026-11-27"}}};
  EXPECT_FALSE(parse_provider(json::serialize(entry)).has_value());
}

TEST(WireParser, RefreshesAtAnotherAddress) {
  const auto provider = parse_provider(json::serialize(full_entry()));
  ASSERT_TRUE(provider.has_value());
  const Provider refreshed = refreshed_at(*provider);
  EXPECT_EQ(refreshed.token_endpoint, provider->wire.refresh_endpoint);
  EXPECT_EQ(refreshed.mtls_token_endpoint, "");
}

}  // namespace
}  // namespace strongroom::catalogue
