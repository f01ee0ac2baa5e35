#include "catalogue/exchange_parser.h"

#include <fstream>
#include <sstream>
#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "catalogue/catalogue.h"
#include "catalogue/provider_parser.h"

namespace strongroom::catalogue {
namespace {

namespace json = boost::json;

struct Read {
  ExchangeRules rules;
  std::string at;  // of the first problem; "good" if there is none
};

Read read(const std::string& text) {
  Problems problems;
  const json::value value = json::parse(text);
  Read made;
  {
    ObjectReader in(value, "/token_exchange", problems);
    made.rules = read_exchange(in);
  }
  made.at = problems.any() ? problems.all().front().pointer : "good";
  return made;
}

TEST(ExchangeParser, ReadsEverythingThatProvidersDifferIn) {
  // A-180, A-181
  std::ifstream in(STRONGROOM_SOURCE_DIR "/src/catalogue/testdata/exchange_entry.json");
  std::ostringstream text;
  text << in.rdbuf();
  const auto provider = parse_provider(text.str());
  ASSERT_TRUE(provider.has_value()) << provider.error().detail;
  ASSERT_TRUE(provider->token_exchange.has_value());
  const ExchangeRules& rules = *provider->token_exchange;
  EXPECT_EQ(rules.style, ExchangeStyle::kTokenExchange);
  EXPECT_EQ(rules.subject_token_type, "urn:ietf:params:oauth:token-type:jwt");
  EXPECT_EQ(rules.requested_token_type, "urn:ietf:params:oauth:token-type:access_token");
  EXPECT_TRUE(rules.issued_token_type_may_be_missing);
}

TEST(ExchangeParser, IsStrictWhereNothingIsSaid) {
  // A-180, A-181
  const Read least = read(R"({"style": "token_exchange"})");
  ASSERT_EQ(least.at, "good");
  EXPECT_EQ(least.rules.subject_token_type, "urn:ietf:params:oauth:token-type:access_token");
  EXPECT_EQ(least.rules.requested_token_type, "");
  EXPECT_FALSE(least.rules.issued_token_type_may_be_missing);
  EXPECT_EQ(read("{}").at, "/token_exchange/style");
}

TEST(ExchangeParser, AsksForNothingThatIsNoAccessToken) {
  // A-181
  for (const char* const type : {"refresh_token", "id_token", "saml1", "saml2"}) {
    const std::string asks =
        R"({"style": "token_exchange", "requested_token_type": "urn:ietf:params:oauth:token-type:)";
    EXPECT_EQ(read(asks + type + "\"}").at, "/token_exchange/requested_token_type") << type;
  }
}

TEST(ExchangeParser, OnBehalfOfSomebodyIsAGrantOfItsOwn) {
  // A-184
  const auto microsoft = Catalogue::built_in()->find("microsoft");
  ASSERT_NE(microsoft, nullptr);
  ASSERT_TRUE(microsoft->token_exchange.has_value());
  EXPECT_EQ(microsoft->token_exchange->style, ExchangeStyle::kOnBehalfOf);
  EXPECT_EQ(to_text(microsoft->token_exchange->style), "on_behalf_of");
  for (const char* const more :
       {R"("issued_token_type_may_be_missing": true)", R"("subject_token_type": "urn:a:b")"}) {
    EXPECT_EQ(read(R"({"style": "on_behalf_of", )" + std::string(more) + "}").at,
              "/token_exchange/style");
  }
}

}  // namespace
}  // namespace strongroom::catalogue
