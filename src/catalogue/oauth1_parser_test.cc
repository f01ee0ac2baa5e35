#include "catalogue/oauth1_parser.h"

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "catalogue/oauth1_settings.h"
#include "catalogue/provider_parser.h"

namespace strongroom::catalogue {
namespace {

namespace json = boost::json;

json::value entry() {
  std::ifstream in(STRONGROOM_SOURCE_DIR "/src/catalogue/testdata/oauth1_entry.json");
  std::ostringstream text;
  text << in.rdbuf();
  return json::parse(text.str());
}

// The place that is wrong, or "good".
std::string verdict(const json::value& document) {
  const auto provider = parse_provider(json::serialize(document));
  if (provider.has_value()) return "good";
  return std::get<FieldPointer>(*provider.error().find("field")).text;
}

// The verdict on the entry with `value` as `member`, of the object at `pointer`, and a source for
// it.
std::string with(std::string_view pointer, std::string_view member, const json::value& value,
                 std::string_view fact = "") {
  json::value document = entry();
  document.at_pointer(pointer).as_object()[member] = value;
  if (!fact.empty()) {
    document.at("sources").as_object()[fact] = document.at("sources").at("grants");
  }
  return verdict(document);
}

std::string without(std::string_view name, const std::vector<const char*>& facts) {
  json::value document = entry();
  document.as_object().erase(name);
  for (const char* const fact : facts) document.at("sources").as_object().erase(fact);
  return verdict(document);
}

TEST(Oauth1Parser, ReadsEveryMember) {
  //
  const auto provider = parse_provider(json::serialize(entry()));
  ASSERT_TRUE(provider.has_value()) << provider.error().message.view();
  ASSERT_TRUE(provider->oauth1.has_value());
  EXPECT_TRUE(provider->offers(Grant::kOauth1));
  EXPECT_EQ(provider->oauth1->temporary_credentials_endpoint,
            "https://{account}.example.com/request_token");
  EXPECT_EQ(provider->oauth1->signature_methods,
            (std::vector{SignatureMethod::kHmacSha256, SignatureMethod::kHmacSha1,
                         SignatureMethod::kRsaSha1, SignatureMethod::kPlaintext}));
  EXPECT_EQ(realm_variable(*provider->oauth1), "realm_of_account");
  ASSERT_EQ(provider->oauth1->temporary_credentials_parameters.size(), 1U);
  EXPECT_EQ(provider->oauth1->temporary_credentials_parameters[0].literal, "read");
  EXPECT_TRUE(provider->oauth1->without_verifier);
  EXPECT_TRUE(provider->client_authentication.empty());
}

TEST(Oauth1Parser, GoesWithItsGrantAlone) {
  // OAuth 2.0 sends what OAuth 1.0a signs with.
  EXPECT_EQ(with("", "grants", json::array{"oauth1", "authorization_code"}), "/grants");
  EXPECT_EQ(with("", "client_authentication", json::array{"client_secret_basic"},
                 "client_authentication"),
            "/grants");
  EXPECT_EQ(with("", "basic_raw", true, "basic_raw"), "/grants");
  EXPECT_EQ(with("/authorization", "login_hint", true, "authorization.login_hint"),
            "/authorization");
  EXPECT_EQ(without("oauth1", {"oauth1.temporary_credentials_endpoint", "oauth1.signature_methods",
                               "oauth1.realm", "oauth1.temporary_credentials_parameters",
                               "oauth1.without_verifier"}),
            "/oauth1");
  EXPECT_EQ(with("", "grants", json::array{"authorization_code"}), "/client_authentication");
}

TEST(Oauth1Parser, HasAllAddressesOfAFlowOrNone) {
  //
  EXPECT_EQ(without("authorization_endpoint", {"authorization_endpoint"}),
            "/authorization_endpoint");
  json::value by_hand = entry();
  json::object& rules = by_hand.at("oauth1").as_object();
  json::object& sources = by_hand.at("sources").as_object();
  for (const char* const name :
       {"temporary_credentials_endpoint", "temporary_credentials_parameters", "without_verifier"}) {
    rules.erase(name);
    sources.erase("oauth1." + std::string(name));
  }
  for (const char* const name : {"authorization_endpoint", "authorization", "scopes"}) {
    by_hand.as_object().erase(name);
  }
  for (const char* const fact : {"authorization_endpoint", "authorization.parameters",
                                 "scopes.delimiter", "scopes.defaults"}) {
    sources.erase(fact);
  }
  EXPECT_EQ(verdict(by_hand), "good");
  rules["without_verifier"] = true;
  sources["oauth1.without_verifier"] = sources.at("grants");
  EXPECT_EQ(verdict(by_hand), "/oauth1");
}

TEST(Oauth1Parser, RefusesWhatWouldNotBeSigned) {
  //
  EXPECT_EQ(with("/oauth1", "signature_methods", json::array{}), "/oauth1/signature_methods");
  EXPECT_EQ(with("/oauth1", "signature_methods", json::array{"HMAC-MD5"}),
            "/oauth1/signature_methods/0");
  EXPECT_EQ(with("/oauth1", "realm", "{account}"), "/oauth1/realm");
  EXPECT_EQ(with("/oauth1", "realm", "{nobody}"), "/oauth1/realm");
  EXPECT_EQ(with("/oauth1", "realm", "a\"b"), "/oauth1/realm");
  EXPECT_EQ(with("/oauth1", "realm", "x{account}"), "/oauth1/realm");
  EXPECT_EQ(with("/oauth1", "temporary_credentials_endpoint", "http://example.com/"),
            "/oauth1/temporary_credentials_endpoint");
  EXPECT_EQ(with("/oauth1", "temporary_credentials_endpoint", "https://{other}.example.com/"),
            "/oauth1/temporary_credentials_endpoint");
  EXPECT_EQ(with("/oauth1/temporary_credentials_parameters/0", "name", "oauth_callback"),
            "/oauth1/temporary_credentials_parameters/0/name");
  EXPECT_EQ(with("/authorization/parameters/0", "name", "oauth_token"),
            "/authorization/parameters/0/name");
  EXPECT_EQ(with("/oauth1", "nothing", 1), "/oauth1/nothing");
}

TEST(Oauth1Parser, FillsInAddressAndRealm) {
  //
  const auto provider = parse_provider(json::serialize(entry()));
  const Parameters parameters = {{"account", "td-1"}, {"realm_of_account", " TD_1 "}};
  EXPECT_EQ(expand_temporary_credentials_endpoint(*provider, parameters, "").value(),
            "https://td-1.example.com/request_token");
  EXPECT_EQ(oauth1_realm(*provider, parameters), "TD_1");
  EXPECT_FALSE(expand_temporary_credentials_endpoint(*provider, {}, "").has_value());
  EXPECT_EQ(oauth1_realm(*provider, {}), "");
  Provider plain = *provider;
  plain.oauth1.reset();
  EXPECT_EQ(expand_temporary_credentials_endpoint(plain, parameters, "").value(), "");
  EXPECT_EQ(oauth1_realm(plain, parameters), "");
}

TEST(Oauth1Parser, ChoosesASignatureMethod) {
  //
  Provider provider = *parse_provider(json::serialize(entry()));
  EXPECT_EQ(choose_signature_method(provider, "").value(), SignatureMethod::kHmacSha256);
  EXPECT_EQ(choose_signature_method(provider, "RSA-SHA1").value(), SignatureMethod::kRsaSha1);
  EXPECT_FALSE(choose_signature_method(provider, "rsa-sha1").has_value());
  provider.oauth1->signature_methods = {SignatureMethod::kHmacSha1};
  EXPECT_FALSE(choose_signature_method(provider, "PLAINTEXT").has_value());
  provider.oauth1.reset();
  EXPECT_FALSE(choose_signature_method(provider, "").has_value());
}

}  // namespace
}  // namespace strongroom::catalogue
