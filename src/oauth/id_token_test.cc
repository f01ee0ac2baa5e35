#include "oauth/id_token.h"

#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "crypto/digest.h"
#include "crypto/jwk.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using crypto::SignatureAlgorithm;

constexpr std::int64_t kNow = 1'764'000'000;
constexpr char kTenant[] = "72f988bf-86f1-41af-91ab-2d7cd011db47";
constexpr char kPersonal[] = "9188040d-6c67-4c5b-b112-36a304b66dad";
constexpr char kMicrosoft[] = "https://login.microsoftonline.com/{tenantid}/v2.0";

const crypto::PrivateKey& key() {
  static const crypto::PrivateKey key = *crypto::private_key_from_jwk(crypto::kRfc7515P256Key);
  return key;
}

const crypto::PrivateKey& ed25519() {
  static const crypto::PrivateKey key = *crypto::private_key_from_jwk(crypto::kRfc8037Key);
  return key;
}

const crypto::JwkSet& keys() {
  static const crypto::JwkSet set = *crypto::JwkSet::parse(R"({"keys":[)" + public_jwk(key()) +
                                                           "," + public_jwk(ed25519()) + "]}");
  return set;
}

// What a test says of a token; the rest is right.
struct Token {
  json::object claims = {{"iss", "https://as.example"}, {"sub", "24400320"}, {"aud", "client"},
                         {"nonce", "n-0S6_WzA2Mj"},     {"exp", kNow + 600}, {"iat", kNow}};
  std::string header = R"({"alg":"ES256","typ":"JWT"})";
  std::string issuer = "https://as.example";
  std::string client_id = "client";
  std::string tenant_claim = {};
  std::string tenant = {};
  bool with_nonce = true;
  const Account* refreshed = nullptr;

  Result<IdToken> validated() const {
    const Nonce nonce("n-0S6_WzA2Mj");
    const AccessToken access_token("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
    const AuthorizationCode code("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk");
    const bool is_eddsa = header.find("EdDSA") != std::string::npos;
    const auto jws =
        crypto::compact_jws(is_eddsa ? ed25519() : key(),
                            is_eddsa ? SignatureAlgorithm::kEdDsa : SignatureAlgorithm::kEs256,
                            header, json::serialize(claims));
    return validate_id_token(*jws, keys(),
                             {.issuer = issuer,
                              .client_id = client_id,
                              .tenant_claim = tenant_claim,
                              .tenant = tenant,
                              .nonce = with_nonce ? &nonce : nullptr,
                              .access_token = &access_token,
                              .code = &code,
                              .refreshed = refreshed,
                              .now = WallTime(Seconds(kNow))});
  }
  // The claim that is wrong, or "good".
  std::string verdict() const {
    const auto token = validated();
    return token ? "good" : token.error().detail;
  }
};

// The verdict over the token with one claim changed; without a value it is left out.
std::string with(const char* claim, const json::value& value) {
  Token token;
  token.claims[claim] = value;
  return token.verdict();
}

std::string without(const char* claim) {
  Token token;
  token.claims.erase(claim);
  return token.verdict();
}

Token at_microsoft(const char* tid, const char* tenant) {
  Token token{.issuer = kMicrosoft, .tenant_claim = "tid", .tenant = tenant};
  token.claims["iss"] = "https://login.microsoftonline.com/" + std::string(tid) + "/v2.0";
  token.claims["tid"] = tid;
  return token;
}

TEST(IdToken, SaysWhoSignedIn) {
  // A-120, A-121, A-122
  const auto token = Token{}.validated();
  ASSERT_TRUE(token.has_value()) << token.error().detail;
  EXPECT_EQ(token->account, (Account{"https://as.example", "24400320", ""}));
  EXPECT_EQ(token->shown_name, "");
}

TEST(IdToken, IsOfTheIssuerThatWasAsked) {
  // A-121
  for (const char* other : {"https://as.example/", "https://AS.example", "http://as.example", "",
                            "https://evil.example", "as.example"}) {
    EXPECT_EQ(with("iss", other), "iss") << other;
  }
  EXPECT_EQ(with("iss", {"https://as.example"}), "iss");
  EXPECT_EQ(without("iss"), "iss");
  EXPECT_EQ(Token{.issuer = ""}.verdict(), "iss") << "who expects nobody believes nobody";
}

TEST(IdToken, IsMadeForUs) {
  // A-121
  EXPECT_EQ(with("aud", {"client"}), "good");
  EXPECT_EQ(with("azp", "client"), "good");
  for (const json::value& bad : {json::value("other"), json::value(""), json::value(json::array{}),
                                 json::value(json::array{"other"}), json::value(7),
                                 json::value(nullptr), json::value("client ")}) {
    EXPECT_EQ(with("aud", bad), "aud") << json::serialize(bad);
  }
  EXPECT_EQ(without("aud"), "aud");
  EXPECT_EQ(with("azp", "other"), "azp");
  EXPECT_EQ(with("azp", 7), "azp");
  EXPECT_EQ(with("aud", {"client", "other"}), "azp");
  Token several;
  several.claims["aud"] = {"other", "client"};
  several.claims["azp"] = "client";
  EXPECT_EQ(several.verdict(), "good");
  several.claims["azp"] = "other";
  EXPECT_EQ(several.verdict(), "azp");
  Token nobody{.client_id = ""};
  nobody.claims["aud"] = "";
  EXPECT_EQ(nobody.verdict(), "aud");
}

TEST(IdToken, IsValidNowWithinFiveMinutes) {
  // A-122
  EXPECT_EQ(with("exp", kNow - 299), "iat") << "it ends before it begins";
  Token old;
  old.claims["iat"] = kNow - 1000;
  old.claims["exp"] = kNow - 299;
  EXPECT_EQ(old.verdict(), "good");
  old.claims["exp"] = kNow - 300;
  EXPECT_EQ(old.verdict(), "exp");
  EXPECT_EQ(with("exp", static_cast<double>(kNow) + 600.5), "good");
  for (const json::value& bad :
       {json::value(std::to_string(kNow + 600)), json::value(nullptr), json::value(-1),
        json::value(1e18), json::value(true), json::value((kNow + 600) * 1000)}) {
    EXPECT_EQ(with("exp", bad), "exp") << json::serialize(bad);
  }
  EXPECT_EQ(without("exp"), "exp");
  EXPECT_EQ(without("iat"), "iat");
  EXPECT_EQ(with("iat", kNow + 300), "good");
  EXPECT_EQ(with("iat", kNow + 301), "iat");
  EXPECT_EQ(with("exp", kNow + 11LL * 365 * 24 * 3600), "iat") << "eleven years cannot be meant";
  EXPECT_EQ(with("nbf", kNow + 300), "good");
  EXPECT_EQ(with("nbf", kNow + 301), "nbf");
  EXPECT_EQ(with("nbf", "soon"), "nbf");
}

TEST(IdToken, HasTheNonceThatWasSent) {
  // A-036, A-122
  EXPECT_EQ(with("nonce", "n-0S6_WzA2Mk"), "nonce");
  EXPECT_EQ(with("nonce", ""), "nonce");
  EXPECT_EQ(with("nonce", 7), "nonce");
  EXPECT_EQ(without("nonce"), "nonce");
  Token refresh{.with_nonce = false};
  refresh.claims.erase("nonce");
  EXPECT_EQ(refresh.verdict(), "good");
}

TEST(IdToken, BelongsToTheAccessTokenAndCodeThatCameWithIt) {
  // A-122
  // OpenID Connect Core appendix A.3 and A.4 print these hashes.
  EXPECT_EQ(with("at_hash", "77QmUPtjPfzWtF2AnpK9RQ"), "good");
  EXPECT_EQ(with("c_hash", "LDktKdoQak3Pk0cnXxCltA"), "good");
  for (const char* name : {"at_hash", "c_hash"}) {
    EXPECT_EQ(with(name, "77QmUPtjPfzWtF2AnpK9Rq"), name);
    EXPECT_EQ(with(name, ""), name);
    EXPECT_EQ(with(name, 7), name);
  }
  Token eddsa{.header = R"({"alg":"EdDSA"})"};
  const auto digest = crypto::sha512("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
  eddsa.claims["at_hash"] = crypto::base64url(std::span(digest).first(32));
  EXPECT_EQ(eddsa.verdict(), "good");
  eddsa.claims["at_hash"] = "77QmUPtjPfzWtF2AnpK9RQ";
  EXPECT_EQ(eddsa.verdict(), "at_hash");
}

TEST(IdToken, HasASubjectOfPlainLettersAndALength) {
  // A-122
  EXPECT_EQ(with("sub", json::value(std::string(255, 's'))), "good");
  for (const json::value& bad :
       {json::value(std::string(256, 's')), json::value(""), json::value(24400320),
        json::value("s\xC3\xA4"), json::value("a\nb"), json::value(nullptr)}) {
    EXPECT_EQ(with("sub", bad), "sub") << json::serialize(bad);
  }
  EXPECT_EQ(without("sub"), "sub");
}

TEST(IdToken, OfARefreshIsOfTheSameAccount) {
  // A-122
  const Account same{"https://as.example", "24400320", ""};
  const Account other{"https://as.example", "24400321", ""};
  Token token{.with_nonce = false, .refreshed = &same};
  EXPECT_EQ(token.verdict(), "good");
  token.refreshed = &other;
  EXPECT_EQ(token.verdict(), "sub");
}

TEST(IdToken, AtMicrosoftNamesItsTenantAndIsOfThatTenantsIssuer) {
  // A-121, A-249
  const auto token = at_microsoft(kTenant, "organizations").validated();
  ASSERT_TRUE(token.has_value()) << token.error().detail;
  EXPECT_EQ(token->account.tenant, kTenant);
  EXPECT_EQ(token->account.issuer,
            "https://login.microsoftonline.com/" + std::string(kTenant) + "/v2.0");
  EXPECT_EQ(at_microsoft(kTenant, kTenant).verdict(), "good");
  EXPECT_EQ(at_microsoft(kTenant, "contoso.com").verdict(), "good");
  EXPECT_EQ(at_microsoft(kTenant, "common").verdict(), "good");
  EXPECT_EQ(at_microsoft(kPersonal, "common").verdict(), "good");
  EXPECT_EQ(at_microsoft(kPersonal, "consumers").verdict(), "good");
  EXPECT_EQ(at_microsoft(kPersonal, "organizations").verdict(), "tid");
  EXPECT_EQ(at_microsoft(kTenant, "consumers").verdict(), "tid");
  EXPECT_EQ(at_microsoft(kTenant, kPersonal).verdict(), "tid") << "another tenant's account";
  Token mixed = at_microsoft(kTenant, "organizations");
  mixed.claims["tid"] = "00000000-0000-4000-8000-000000000000";
  EXPECT_EQ(mixed.verdict(), "iss");
  for (const char* bad : {"", "contoso.com", "72f988bf", "../../evil"}) {
    mixed.claims["tid"] = bad;
    EXPECT_EQ(mixed.verdict(), "tid") << bad;
  }
  mixed.claims.erase("tid");
  EXPECT_EQ(mixed.verdict(), "tid");
  Token placeholder = at_microsoft(kTenant, "organizations");
  placeholder.claims["iss"] = kMicrosoft;
  EXPECT_EQ(placeholder.verdict(), "iss");
}

TEST(IdToken, KnowsAnAccountByNothingThatOtherPeopleCanComeToHave) {
  // A-124, A-249, E21
  Token ann;
  ann.claims["email"] = "ann@example.com";
  ann.claims["email_verified"] = true;
  Token thief = ann;
  thief.claims["sub"] = "66600666";
  const auto one = ann.validated();
  const auto other = thief.validated();
  ASSERT_TRUE(one.has_value() && other.has_value());
  EXPECT_EQ(one->shown_name, "ann@example.com");
  EXPECT_EQ(other->shown_name, "ann@example.com");
  EXPECT_NE(one->account, other->account);
  ann.claims["email"] = "ann@new.example.com";
  EXPECT_EQ(ann.validated()->account, one->account);
  EXPECT_NE((Account{"https://a.example", "1", ""}), (Account{"https://b.example", "1", ""}));
  EXPECT_NE((Account{"https://a.example", "1", "x"}), (Account{"https://a.example", "1", "y"}));
}

TEST(IdToken, ShowsNoNameWithTricksInIt) {
  for (const json::value& bad : {json::value("a\nb"),
                                 json::value("\xE2\x80\xAE"
                                             "evil"),
                                 json::value(std::string(300, 'a')), json::value(7)}) {
    Token token;
    token.claims["preferred_username"] = bad;
    EXPECT_EQ(token.validated()->shown_name, "");
    token.claims["name"] = "Ann";
    EXPECT_EQ(token.validated()->shown_name, "Ann");
  }
}

TEST(IdToken, IsNoOtherKindOfToken) {
  // A-120
  for (const char* header : {R"({"alg":"ES256"})", R"({"alg":"ES256","typ":"jwt"})"}) {
    EXPECT_EQ(Token{.header = header}.verdict(), "good") << header;
  }
  for (const char* header :
       {R"({"alg":"ES256","typ":"at+jwt"})", R"({"alg":"ES256","typ":"application/AT+JWT"})",
        R"({"alg":"ES256","typ":"logout+jwt"})"}) {
    EXPECT_EQ(Token{.header = header}.verdict(), "typ") << header;
  }
  EXPECT_NE(Token{.header = R"({"alg":"RS256"})"}.verdict(), "good") << "ES256 under another name";
  EXPECT_NE(Token{.header = R"({"alg":"none"})"}.verdict(), "good");
}

}  // namespace
}  // namespace strongroom::oauth
