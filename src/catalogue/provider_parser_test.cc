#include "catalogue/provider_parser.h"

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "catalogue/catalogue.h"
#include "catalogue/provider_rules.h"

namespace strongroom::catalogue {
namespace {

namespace json = boost::json;

std::string read(const std::string& path) {
  std::ifstream in(STRONGROOM_SOURCE_DIR "/" + path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_TRUE(in.good()) << path;
  return text.str();
}

std::string full_entry() { return read("src/catalogue/testdata/full_entry.json"); }

std::string field_of(const Error& error) {
  const ErrorValue* field = error.find("field");
  return field == nullptr ? "none" : std::get<FieldPointer>(*field).text;
}

// The place that is wrong, or "good".
std::string verdict(std::string_view text) {
  const auto provider = parse_provider(text);
  if (provider.has_value()) return "good";
  EXPECT_EQ(provider.error().code, Code::kInvalidArgument);
  return field_of(provider.error());
}

TEST(ProviderParser, ReadsEveryMemberOfAnEntry) {
  const auto provider = parse_provider(full_entry());
  ASSERT_TRUE(provider.has_value()) << provider.error().detail;
  EXPECT_EQ(provider->id, "example-2");
  EXPECT_TRUE(provider->offers(Grant::kAuthorizationCode));
  EXPECT_TRUE(provider->offers(Grant::kJwtBearer));
  EXPECT_EQ(provider->jwt_bearer->audience, BearerAudience::kTokenHost);
  EXPECT_EQ(provider->jwt_bearer->lifetime, Seconds(45));
  EXPECT_EQ(provider->client_authentication.front(), ClientAuthentication::kClientSecretBasic);
  EXPECT_TRUE(provider->basic_raw);
  EXPECT_TRUE(provider->offers(ClientAuthentication::kPrivateKeyJwt));
  EXPECT_EQ(to_text(provider->client_authentication.at(2)), "client_secret_jwt");
  EXPECT_TRUE(is_mutual_tls(provider->client_authentication.at(5)));
  EXPECT_EQ(to_text(provider->client_authentication.at(4)), "tls_client_auth");
  EXPECT_EQ(to_text(provider->client_authentication.at(5)), "self_signed_tls_client_auth");
  EXPECT_NE(provider->mtls_token_endpoint, "");
  EXPECT_NE(provider->revocation_endpoint, "");
  EXPECT_NE(provider->pushed_authorization_request_endpoint, "");
  EXPECT_TRUE(provider->requires_pushed_authorization_requests);
  EXPECT_TRUE(provider->revocation.without_authentication);
  EXPECT_EQ(provider->revocation.method, RevocationMethod::kDelete);
  EXPECT_EQ(provider->revocation.place, RevocationPlace::kJson);
  EXPECT_EQ(provider->revocation.token_parameter, "access_token");
  EXPECT_TRUE(provider->revocation.without_hint);
  EXPECT_EQ(provider->revocation.tokens, RevokedTokens::kAccessToken);
  ASSERT_EQ(provider->revocation.parameters.size(), 1U);
  EXPECT_EQ(provider->revocation.parameters[0].literal, "not needed");
  EXPECT_EQ(provider->revocation.success_statuses, (std::vector<std::int64_t>{204, 404}));
  EXPECT_EQ(provider->revocation.success.size(), 1U);
  EXPECT_EQ(provider->introspection_endpoint,
            "https://login.example.com/{tenant}/{cell}/introspect");
  EXPECT_EQ(provider->verification.endpoint, "https://api.login.example.com/{tenant}/me");
  EXPECT_TRUE(provider->verification.with_post);
  ASSERT_EQ(provider->verification.headers.size(), 1U);
  EXPECT_EQ(provider->verification.headers[0].literal, "7");
  EXPECT_EQ(provider->verification.success.size(), 1U);
  EXPECT_EQ(provider->verification.account_path, (std::vector<std::string>{"user", "email"}));
  EXPECT_EQ(provider->revocation.by_hand, "Remove the application from the account.");
  EXPECT_EQ(provider->revocation.page, "https://example.com/apps");
  EXPECT_EQ(provider->variables.at(0).place, VariablePlace::kHostLabel);
  EXPECT_EQ(provider->variables.at(1).value.default_value, "main");
  EXPECT_EQ(provider->token_parameters.at(0).asked->format, ValueFormat::kAbsoluteUri);
  EXPECT_EQ(provider->token_parameters.at(1).literal, "2");
  EXPECT_EQ(provider->token_headers.at(1).asked->name, "user_agent");
  EXPECT_EQ(provider->scopes.delimiter, "+");
  EXPECT_EQ(provider->tenant->shared, std::vector<std::string>{"common"});
  EXPECT_EQ(provider->response.format, ResponseFormat::kForm);
  EXPECT_EQ(provider->response.expires_in_unit, LifetimeUnit::kMilliseconds);
  EXPECT_EQ(provider->response.default_lifetime, Seconds(3600));
  EXPECT_EQ(provider->response.success.size(), 3U);
  EXPECT_EQ(provider->response.error_causes,
            (std::map<std::int64_t, StatedCause>{{7000222, StatedCause::kSecretExpired},
                                                 {90002, StatedCause::kTenantNotFound}}));
  EXPECT_EQ(provider->min_retrieval_interval, Seconds(60));
  EXPECT_FALSE(provider->sources.empty());
}

TEST(ProviderParser, ReadsHowPeopleSignIn) {
  // A-039, A-043
  const auto provider = parse_provider(full_entry());
  ASSERT_TRUE(provider.has_value());
  const AuthorizationRules& rules = provider->authorization;
  EXPECT_EQ(rules.parameters.at(0).name, "access_type");
  EXPECT_EQ(rules.parameters.at(0).literal, "offline");
  EXPECT_EQ(rules.scopes, (std::vector<std::string>{"openid", "offline_access"}));
  EXPECT_TRUE(rules.login_hint && rules.pkce_unsupported && rules.refresh_names_scopes);
  EXPECT_EQ(rules.refresh_reuse_window, Seconds(600));
  EXPECT_TRUE(rules.refresh_reuse_endangers_more);
  EXPECT_EQ(rules.error_number_prefix, "AADSTS");
  EXPECT_EQ(to_text(rules.prompts.at(1)), "select_account");
  EXPECT_EQ(to_text(rules.prompts.at(2)), "login");
  EXPECT_EQ(rules.always_prompt, std::vector<Prompt>{Prompt::kConsent});
  EXPECT_EQ(provider->openid.issuer, "https://login.example.com/{tenant}");
  EXPECT_EQ(provider->openid.jwks_uri, "https://login.example.com/{tenant}/keys");
  EXPECT_EQ(provider->openid.tenant_claim, "tid");

  json::value entry = json::parse(full_entry());
  entry.at("authorization").as_object()["pkce"] = "S256";
  EXPECT_FALSE(parse_provider(json::serialize(entry))->authorization.pkce_unsupported);
}

TEST(ProviderParser, ReadsWhatPeopleAreToldWhoSetUpAnApplication) {
  const auto provider = parse_provider(full_entry());
  ASSERT_TRUE(provider.has_value());
  const ConsoleRules& rules = provider->console;
  EXPECT_EQ(rules.icon, "example");
  EXPECT_EQ(rules.create_page, "https://example.com/apps/new");
  EXPECT_EQ(rules.create_hint, "Choose a web application & give it a name.");
  ASSERT_EQ(rules.paste.size(), 5U);
  EXPECT_EQ(rules.paste[0].what, "redirect_uri");
  EXPECT_EQ(rules.paste[0].where, "Apps, your app, Redirect URLs");
  EXPECT_EQ(rules.paste[4].what, "scopes");
  ASSERT_EQ(rules.usual_scopes.size(), 2U);
  EXPECT_EQ(rules.usual_scopes[1].scope, "orders:write");
  EXPECT_EQ(rules.usual_scopes[1].purpose, "Change orders");

  json::value entry = json::parse(full_entry());
  entry.as_object().erase("console");
  json::object& sources = entry.at("sources").as_object();
  for (const char* fact :
       {"create_page", "create_hint", "paste", "usual_scopes", "ended_because"}) {
    sources.erase("console." + std::string(fact));
  }
  const auto silent = parse_provider(json::serialize(entry));
  ASSERT_TRUE(silent.has_value());
  EXPECT_TRUE(silent->console.create_page.empty() && silent->console.paste.empty());
}

TEST(ProviderParser, ReadsWhatAssertionsLookLike) {
  // A-131, A-133
  const auto provider = parse_provider(full_entry());
  ASSERT_TRUE(provider.has_value() && provider->client_assertion.has_value());
  EXPECT_EQ(provider->client_assertion->audience, AssertionAudience::kTokenEndpoint);
  EXPECT_EQ(provider->client_assertion->type, AssertionType::kJwt);
  EXPECT_EQ(provider->client_assertion->algorithms.front(), AssertionAlgorithm::kPs256);
  EXPECT_EQ(provider->client_assertion->thumbprints.at(0), CertificateThumbprint::kSha256);

  json::value entry = json::parse(full_entry());
  entry.at("client_assertion").as_object() = {{"audience", "https://as.example/"},
                                              {"algorithms", {"EdDSA", "HS256"}}};
  entry.at("sources").as_object().erase("client_assertion.typ");
  entry.at("sources").as_object().erase("client_assertion.thumbprints");
  const auto other = parse_provider(json::serialize(entry));
  ASSERT_TRUE(other.has_value()) << other.error().detail;
  EXPECT_EQ(other->client_assertion->audience, AssertionAudience::kLiteral);
  EXPECT_EQ(other->client_assertion->literal_audience, "https://as.example/");
  EXPECT_EQ(other->client_assertion->type, AssertionType::kClientAuthentication);
  EXPECT_TRUE(other->client_assertion->thumbprints.empty());
}

TEST(ProviderParser, ReadsWhetherTokensAreBoundToKeys) {
  // A-150
  const auto provider = parse_provider(full_entry());
  ASSERT_TRUE(provider.has_value());
  EXPECT_EQ(provider->dpop.use, DpopUse::kRequired);
  EXPECT_EQ(provider->dpop.algorithms.front(), AssertionAlgorithm::kEs256);
  json::value entry = json::parse(full_entry());
  entry.as_object().erase("dpop");
  entry.at("sources").as_object().erase("dpop.use");
  entry.at("sources").as_object().erase("dpop.algorithms");
  const auto other = parse_provider(json::serialize(entry));
  ASSERT_TRUE(other.has_value()) << other.error().detail;
  EXPECT_EQ(other->dpop.use, DpopUse::kUnsupported);
}

// Sets the value at a pointer, or removes it. The name behind the last '/' may need unescaping.
void change(json::value& document, const std::string& pointer, const json::value* value) {
  const std::size_t slash = pointer.rfind('/');
  json::object& holder = document.at_pointer(pointer.substr(0, slash)).as_object();
  std::string name = pointer.substr(slash + 1);
  if (const std::size_t at = name.find("~1"); at != std::string::npos) name.replace(at, 2, "/");
  if (const std::size_t at = name.find("~0"); at != std::string::npos) name.replace(at, 2, "~");
  if (value == nullptr) {
    holder.erase(name);
  } else {
    holder[name] = *value;
  }
}

TEST(ProviderParser, HasAnIntervalBetweenRetrievalsWhereTheEntryNamesNone) {
  json::value entry = json::parse(full_entry());
  entry.as_object().erase("min_retrieval_interval_s");
  entry.at("sources").as_object().erase("min_retrieval_interval_s");
  EXPECT_EQ(parse_provider(json::serialize(entry))->min_retrieval_interval, Seconds(30));
  entry.as_object()["min_retrieval_interval_s"] = 0;
  entry.at("sources").as_object()["min_retrieval_interval_s"] = {
      {{"page", "https://example.com/"}, {"read", "2026-11-24"}}};
  const auto never = parse_provider(json::serialize(entry));
  ASSERT_TRUE(never.has_value());
  EXPECT_EQ(never->min_retrieval_interval, Seconds(0));
}

TEST(ProviderParser, SaysWhereABadEntryIsBad) {
  // A-032, A-072
  const json::value full = json::parse(full_entry());
  const json::value cases = json::parse(read("src/catalogue/testdata/bad_entries.json"));
  for (const json::value& value : cases.as_array()) {
    const json::object& entry = value.as_object();
    json::value document = full;
    if (const json::value* pointers = entry.if_contains("remove")) {
      for (const json::value& pointer : pointers->as_array()) {
        change(document, std::string(pointer.as_string()), nullptr);
      }
    }
    if (const json::value* members = entry.if_contains("set")) {
      for (const auto& member : members->as_object()) {
        change(document, std::string(std::string_view(member.key())), &member.value());
      }
    }
    const std::string found = verdict(json::serialize(document));
    const std::string expected(entry.at("at").as_string());
    EXPECT_EQ(found, expected) << entry.at("why");
  }
}

TEST(ProviderParser, LetsOnlyLegacyEntriesTakePasswords) {
  // A-070
  json::value taking = json::parse(full_entry());
  taking.as_object()["grants"].as_array().emplace_back("password");
  EXPECT_EQ(verdict(json::serialize(taking)), "/grants");
  taking.as_object()["legacy"] = true;
  EXPECT_EQ(verdict(json::serialize(taking)), "good");
  const auto built_in = Catalogue::built_in();
  const auto entries = built_in->all();
  for (const Provider& entry : *entries) {
    EXPECT_EQ(entry.offers(Grant::kPassword), entry.legacy) << entry.id;
    EXPECT_FALSE(entry.legacy && entry.grants.size() > 1) << entry.id;
  }
  for (const char* grant : {"implicit", "token", "client-credentials", ""}) {
    json::value document = json::parse(full_entry());
    document.as_object()["grants"] = {grant};
    EXPECT_EQ(verdict(json::serialize(document)), "/grants/0") << grant;
  }
  for (const char* name : {"password", "username"}) {
    json::value document = json::parse(full_entry());
    document.at_pointer("/token_parameters/1").as_object()["name"] = name;
    EXPECT_EQ(verdict(json::serialize(document)), "/token_parameters/1/name") << name;
  }
}

TEST(ProviderParser, RefusesWhatIsNotOneJsonObject) {
  const std::string text = full_entry();
  for (const std::string& bad :
       {std::string(), std::string("null"), std::string("[]"), std::string("\"x\""), text + text,
        text.substr(0, text.size() / 2), "\xEF\xBB\xBF" + text, std::string(70'000, ' ') + text,
        std::string(10'000, '[')}) {
    EXPECT_EQ(verdict(bad), "") << bad.substr(0, 40);
  }
  EXPECT_EQ(verdict(R"({"id":"a","id":"b"})"), "/id");
}

TEST(ProviderParser, AnswersEveryTruncationAndEveryFlippedByte) {
  // An entry is hostile input: whatever the bytes are, there is an answer.
  const std::string text = full_entry();
  for (std::size_t i = 0; i < text.rfind('}'); i += 7) {
    EXPECT_EQ(verdict(text.substr(0, i)), "");
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x41);
    const auto parsed = parse_provider(flipped);
    EXPECT_TRUE(parsed.has_value() || parsed.error().find("field") != nullptr);
  }
}

// Every property name that providers/schema.json has below "properties".
void collect(const json::value& schema, std::set<std::string>& names) {
  if (const json::array* list = schema.if_array()) {
    for (const json::value& element : *list) collect(element, names);
  }
  const json::object* object = schema.if_object();
  if (object == nullptr) return;
  for (const auto& member : *object) {
    if (member.key() == "if" || member.key() == "then") continue;
    if (member.key() == "properties" && member.value().is_object()) {
      for (const auto& property : member.value().get_object()) names.emplace(property.key());
    }
    collect(member.value(), names);
  }
}

void collect_members(const json::value& value, std::set<std::string>& names) {
  if (const json::array* list = value.if_array()) {
    for (const json::value& element : *list) collect_members(element, names);
  }
  const json::object* object = value.if_object();
  if (object == nullptr) return;
  for (const auto& member : *object) {
    names.emplace(member.key());
    if (member.key() == "sources") {
      names.insert({"page", "read"});
    } else if (member.key() != "error_causes") {  // whose names are data
      collect_members(member.value(), names);
    }
  }
}

TEST(ProviderParser, KnowsExactlyThePropertiesOfTheSchema) {
  std::set<std::string> in_schema;
  collect(json::parse(read("providers/schema.json")), in_schema);
  // full_entry.json has every member but these, which do not go with the rest of it.
  std::set<std::string> in_entry = {"allowed", "allowed_suffixes", "scope_suffix", "discovery"};
  collect_members(json::parse(read("src/catalogue/testdata/oauth1_entry.json")), in_entry);
  collect_members(json::parse(read("src/catalogue/testdata/exchange_entry.json")), in_entry);
  collect_members(json::parse(full_entry()), in_entry);
  EXPECT_EQ(in_schema, in_entry);
}

TEST(ProviderParser, NeedsSourcesForTheFactsThatTheSchemaNames) {
  const json::value schema = json::parse(read("providers/schema.json"));
  const json::array& facts = schema.at_pointer("/properties/sources/propertyNames/enum").as_array();
  for (const json::value& fact : facts) EXPECT_TRUE(is_fact(fact.as_string())) << fact;
  EXPECT_FALSE(is_fact("name"));
}

}  // namespace
}  // namespace strongroom::catalogue
