#include "oauth/token_response.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"

namespace strongroom::oauth {
namespace {

using catalogue::LifetimeUnit;
using catalogue::ResponseFormat;
using catalogue::TokenCharacters;

const std::vector<http::Header> json_type = {{"Content-Type", "application/json"}};

TokenResult parse(std::string_view body, const Expectation& expectation = {},
                  const std::vector<http::Header>& headers = json_type, int status = 200) {
  return parse_token_response(status, headers, body, expectation, FakeClock::kStart);
}

// A good answer with `members` in place of, or beside, its own.
std::string answer(std::string_view members) {
  std::string text = "{\"access_token\":\"at-1\",\"token_type\":\"Bearer\"";
  if (!members.empty()) text.append(",").append(members);
  return text + "}";
}

std::string cause(const TokenResult& result) {
  return result.has_value() ? "good" : std::string(facts_of(result.error().cause).name.view());
}

TEST(TokenResponse, AgreesWithTheExampleInRfc6749Section443) {
  const auto tokens = parse(R"({"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"example",
                                "expires_in":3600,"example_parameter":"example_value"})");
  EXPECT_EQ(cause(tokens), "unusable_token_type") << "the example's type is nobody's";
  const auto bearer = parse(R"({"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"Bearer",
                                "expires_in":3600,"example_parameter":"example_value"})");
  ASSERT_TRUE(bearer.has_value());
  EXPECT_EQ(bearer->access_token.reveal(), "2YotnFZFEjr1zCsicMWpAA");
  EXPECT_EQ(bearer->lifetime, Seconds(3600));
}

TEST(TokenResponse, OfAPersonHasARefreshTokenAndAnIdToken) {
  // A-062, A-071
  const std::string both = answer(R"("refresh_token":"rt-1","id_token":"e.y.J")");
  const auto tokens = parse(both, {.for_person = true});
  ASSERT_TRUE(tokens.has_value());
  ASSERT_TRUE(tokens->refresh_token.has_value() && tokens->id_token.has_value());
  EXPECT_EQ(tokens->refresh_token->reveal(), "rt-1");
  EXPECT_EQ(tokens->id_token->reveal(), "e.y.J");
  const auto of_a_client = parse(both);
  ASSERT_TRUE(of_a_client.has_value());
  EXPECT_FALSE(of_a_client->refresh_token || of_a_client->id_token);
  EXPECT_EQ(cause(parse(answer(R"("refresh_token":7,"id_token":{})"))), "good") << "nor read";
}

TEST(TokenResponse, SaysByAnyOfThreeNamesHowLongTheRefreshTokenLives) {
  // A-062, field.md pain 7
  const Expectation person{.for_person = true};
  const auto lifetime_of = [&](const std::string& members) {
    const auto tokens = parse(answer(members), person);
    EXPECT_TRUE(tokens.has_value()) << members;
    return tokens ? tokens->refresh_lifetime : std::nullopt;
  };
  for (const std::string name :
       {"refresh_token_expires_in", "refresh_expires_in", "x_refresh_token_expires_in"}) {
    EXPECT_EQ(lifetime_of('"' + name + "\":1800"), Seconds(1800)) << name;
    EXPECT_EQ(lifetime_of('"' + name + "\":0"), std::nullopt) << name << ": it does not expire";
  }
  EXPECT_EQ(lifetime_of(R"("refresh_expires_in":60,"refresh_token_expires_in":90)"), Seconds(90));
  EXPECT_EQ(lifetime_of(R"("refresh_lifetime":60)"), std::nullopt);
}

TEST(TokenResponse, OfAPersonIsUnusableWithTokensThatAreNone) {
  // A-036, A-058
  const Expectation person{.for_person = true};
  for (const char* bad :
       {R"("refresh_token":7)", R"("refresh_token":["a"])", R"("refresh_token":"a\r\nb")",
        R"("refresh_token":"\u00e4")", R"("id_token":{"a":1})", R"("id_token":true)"}) {
    EXPECT_EQ(cause(parse(answer(bad), person)), "malformed_answer") << bad;
  }
  const std::string long_token(kMaxRefreshTokenBytes, 'r');
  EXPECT_EQ(cause(parse(answer(R"("refresh_token":")" + long_token + '"'), person)), "good");
  EXPECT_EQ(cause(parse(answer(R"("refresh_token":"r)" + long_token + '"'), person)),
            "malformed_answer");
  EXPECT_EQ(cause(parse(answer(R"("id_token":"r)" + long_token + '"'), person)),
            "malformed_answer");
  EXPECT_EQ(cause(parse(answer(""), person)), "good");
  for (const char* none : {"", R"("id_token":null)", R"("id_token":"")"}) {
    const auto without = parse(answer(none), person);
    ASSERT_TRUE(without.has_value()) << none;
    EXPECT_FALSE(without->id_token.has_value()) << none;
  }
}

TEST(TokenResponse, IsReadByItsMediaType) {
  // A-056
  const std::string good = answer("");
  for (const char* type : {"application/json", "Application/JSON", "application/json;charset=UTF-8",
                           "application/json ; charset=utf-8", "application/vnd.example+json"}) {
    EXPECT_EQ(cause(parse(good, {}, {{"content-type", type}})), "good") << type;
  }
  for (const char* type : {"text/html", "text/plain", "text/json", "application/jsonp", "", ";",
                           "application/x-www-form-urlencoded", "application/json,text/html"}) {
    EXPECT_EQ(cause(parse(good, {}, {{"Content-Type", type}})), "malformed_answer") << type;
  }
  EXPECT_EQ(cause(parse(good, {}, {})), "malformed_answer");
}

TEST(TokenResponse, IsOneWellFormedObjectWithoutANameTwice) {
  // A-055, A-056
  const std::string deep = answer("\"x\":" + std::string(100'000, '[') + std::string(100'000, ']'));
  for (const std::string& bad :
       {std::string(), std::string("null"), std::string("[1,2]"), std::string("\"at-1\""),
        answer("").substr(0, 30), answer("") + "x", answer("\"access_token\":\"at-2\""),
        answer("\"expires_in\":1,\"expires_in\":2"), deep, std::string("<html></html>"),
        std::string("access_token=a&token_type=Bearer"),
        std::string("{\"access_token\":\"a\xFF\"}")}) {
    EXPECT_EQ(cause(parse(bad)), "malformed_answer") << bad.substr(0, 60);
  }
}

TEST(TokenResponse, WithAnErrorMemberIsAnErrorWhateverItsStatus) {
  // A-057
  EXPECT_EQ(cause(parse(answer("\"error\":\"invalid_client\""))), "invalid_client");
  EXPECT_EQ(cause(parse(R"({"error":"bad_verification_code"})")), "refused");
  EXPECT_EQ(cause(parse(answer("\"error\":{\"code\":17}"))), "refused");
  EXPECT_EQ(cause(parse(answer("\"error\":0"))), "refused");
  EXPECT_EQ(cause(parse(answer("\"error\":\"\""))), "refused");
  EXPECT_EQ(cause(parse(answer("\"error\":null"))), "good");
}

TEST(TokenResponse, HoldsWhatTheProviderCallsSuccess) {
  // A-057
  Expectation expectation;
  expectation.rules.success = {{"ok", true}, {"code", std::int64_t{0}}, {"status", "fine"}};
  EXPECT_EQ(cause(parse(answer(R"("ok":true,"code":0,"status":"fine")"), expectation)), "good");
  for (const char* bad :
       {"", R"("ok":false,"code":0,"status":"fine")", R"("ok":true,"code":1,"status":"fine")",
        R"("ok":true,"code":0)", R"("ok":"true","code":0,"status":"fine")",
        R"("ok":true,"code":"0","status":"fine")"}) {
    EXPECT_EQ(cause(parse(answer(bad), expectation)), "refused") << bad;
  }
}

TEST(TokenResponse, HasAnAccessTokenThatCannotLeaveItsPlace) {
  // A-058
  const auto with = [](std::string_view token, TokenCharacters characters) {
    Expectation expectation;
    expectation.rules.access_token_characters = characters;
    return cause(
        parse(R"({"token_type":"Bearer","access_token":)" + std::string(token) + "}", expectation));
  };
  for (const char* good : {R"("a")", R"("eyJ0.eyJ1.c2ln")", R"("abc-._~+/==")", R"("A1=")"}) {
    EXPECT_EQ(with(good, TokenCharacters::kB64Token), "good") << good;
  }
  for (const char* bad : {R"("")", "null", "12345", "[]", "{}", "true", R"("a b")",
                          R"("a\r\nX: y")", R"("a\u0000b")", R"("a\u007f")", "\"a\xC3\xBC\"",
                          R"("a\"b")", R"("a\\b")", R"("=")", R"("a=b")", R"("a,b")"}) {
    EXPECT_EQ(with(bad, TokenCharacters::kB64Token), "malformed_answer") << bad;
  }
  EXPECT_EQ(with(R"("00DS7!AR8A.b_c")", TokenCharacters::kB64Token), "malformed_answer");
  EXPECT_EQ(with(R"("00DS7!AR8A.b_c")", TokenCharacters::kNqChar), "good");
  for (const char* bad : {R"("a b")", R"("a\"b")", R"("a\\b")", R"("a\n")", "\"a\xC3\xBC\""}) {
    EXPECT_EQ(with(bad, TokenCharacters::kNqChar), "malformed_answer") << bad;
  }
  EXPECT_EQ(with("\"" + std::string(kMaxAccessTokenBytes, 'a') + "\"", TokenCharacters::kB64Token),
            "good");
  EXPECT_EQ(
      with("\"" + std::string(kMaxAccessTokenBytes + 1, 'a') + "\"", TokenCharacters::kB64Token),
      "malformed_answer");
  EXPECT_EQ(cause(parse(R"({"token_type":"Bearer"})")), "malformed_answer");
}

TEST(TokenResponse, HasATokenTypeThatWeCanUse) {
  // A-059
  const auto with = [](std::string_view type, bool may_be_missing) {
    Expectation expectation;
    expectation.rules.token_type_may_be_missing = may_be_missing;
    std::string body = "{\"access_token\":\"a\"";
    if (!type.empty()) body.append(",\"token_type\":").append(type);
    const auto tokens = parse(body + "}", expectation);
    return tokens.has_value() ? tokens->token_type : cause(tokens);
  };
  for (const char* type : {R"("Bearer")", R"("bearer")", R"("BEARER")", R"("bEaReR")"}) {
    EXPECT_EQ(with(type, false), "Bearer") << type;
  }
  for (const char* type : {R"("mac")", R"("N_A")", R"("DPoP ")", R"("")", R"(" Bearer")",
                           R"("bearer\u0000")", R"("urn:ietf:params:oauth:token-type:jwt")"}) {
    EXPECT_EQ(with(type, false), "unusable_token_type") << type;
    EXPECT_EQ(with(type, true), "unusable_token_type") << type;
  }
  EXPECT_EQ(with(R"("dpop")", false), "DPoP");
  EXPECT_EQ(with("", false), "malformed_answer");
  EXPECT_EQ(with("null", false), "malformed_answer");
  EXPECT_EQ(with("7", true), "malformed_answer");
  EXPECT_EQ(with("", true), "Bearer");
  EXPECT_EQ(with("null", true), "Bearer");
}

TEST(TokenResponse, TellsABoundTokenFromABearerToken) {
  const auto is_bound = [](std::string_view type, std::string_view token) {
    const auto tokens = parse(R"({"access_token":")" + std::string(token) + R"(","token_type":")" +
                              std::string(type) + "\"}");
    EXPECT_TRUE(tokens.has_value());
    return tokens && tokens->is_bound;
  };
  EXPECT_FALSE(is_bound("Bearer", "opaque"));
  EXPECT_TRUE(is_bound("DPoP", "opaque"));
  // {"alg":"none"} . {"cnf":{"x5t#S256":"abc"}}
  EXPECT_TRUE(is_bound("Bearer", "eyJhbGciOiJub25lIn0.eyJjbmYiOnsieDV0I1MyNTYiOiJhYmMifX0.c2ln"));
}

TEST(TokenResponse, PromisesNoLifetimeThatCannotBeMeant) {
  // A-060
  const auto lifetime = [](std::string_view expires_in, catalogue::ResponseRules rules = {}) {
    const auto tokens = parse(answer(expires_in), {.rules = std::move(rules)});
    EXPECT_TRUE(tokens.has_value()) << expires_in;
    return tokens.has_value() && tokens->lifetime ? tokens->lifetime->count() : -1;
  };
  struct Case {
    std::string_view expires_in;
    std::int64_t seconds;  // -1: unknown
  };
  const Case cases[] = {
      {R"("expires_in":3600)", 3600},
      {R"("expires_in":1)", 1},
      {R"("expires_in":"3600")", 3600},
      {R"("expires_in":3600.0)", 3600},
      {R"("expires_in":3.6e3)", 3600},
      {R"("expires_in":315360000)", 315360000},  // ten years
      {"", -1},
      {R"("expires_in":3600000)", 3600000},  // 41 days: nothing here says milliseconds
      {R"("expires_in":0)", 0},
      {R"("expires_in":0.0)", 0},
      {R"("expires_in":-0.0)", 0},
      {R"("expires_in":"0")", 0},
      {R"("expires_in":-1)", 0},
      {R"("expires_in":-1.5)", 0},
      {R"("expires_in":-1e99)", 0},
      {R"("expires_in":"-3600")", 0},
      {R"("expires_in":"-99999999999999999999")", 0},
      {R"("expires_in":315360001)", -1},
      {R"("expires_in":3600000000)", -1},  // milliseconds
      {R"("expires_in":1e99)", -1},
      {R"("expires_in":18446744073709551615)", -1},
      {R"("expires_in":"99999999999999999999")", -1},
      {R"("expires_in":3599.5)", -1},
      {R"("expires_in":"3600.0")", -1},
      {R"("expires_in":"an hour")", -1},
      {R"("expires_in":"NaN")", -1},
      {R"("expires_in":" 3600")", -1},
      {R"("expires_in":"")", -1},
      {R"("expires_in":null)", -1},
      {R"("expires_in":true)", -1},
      {R"("expires_in":[3600])", -1},
      {R"("expires_in":{"s":3600})", -1},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(lifetime(c.expires_in), c.seconds) << c.expires_in;
    catalogue::ResponseRules with_default;
    with_default.default_lifetime = Seconds(1800);
    EXPECT_EQ(lifetime(c.expires_in, with_default), c.seconds == -1 ? 1800 : c.seconds)
        << c.expires_in;
  }
  EXPECT_EQ(cause(parse(answer(R"("expires_in":NaN)"))), "malformed_answer");
  EXPECT_EQ(cause(parse(answer(R"("expires_in":1e999)"))), "malformed_answer");
}

TEST(TokenResponse, ReadsMillisecondsWhereTheEntrySaysSo) {
  // A-060
  Expectation expectation;
  expectation.rules.expires_in_unit = LifetimeUnit::kMilliseconds;
  EXPECT_EQ(parse(answer(R"("expires_in":3600999)"), expectation)->lifetime, Seconds(3600));
  EXPECT_EQ(parse(answer(R"("expires_in":3600000)"), expectation)->lifetime, Seconds(3600));
  EXPECT_EQ(parse(answer(R"("expires_in":"3600000")"), expectation)->lifetime, Seconds(3600));
  EXPECT_EQ(parse(answer(R"("expires_in":999)"), expectation)->lifetime, Seconds(0));
  EXPECT_EQ(parse(answer(R"("expires_in":-1)"), expectation)->lifetime, Seconds(0));
  EXPECT_EQ(parse(answer(R"("expires_in":315360000000)"), expectation)->lifetime,
            Seconds(315360000));
  EXPECT_EQ(parse(answer(R"("expires_in":315360001000)"), expectation)->lifetime, std::nullopt);
}

TEST(TokenResponse, RecordsTheScopesThatWereGranted) {
  // A-061
  Expectation expectation{.scopes = {"a", "b"}};
  using Scopes = std::vector<std::string>;
  const auto same = parse(answer(""), expectation);
  EXPECT_EQ(same->scopes, (Scopes{"a", "b"}));
  EXPECT_EQ(same->missing_scopes, Scopes{});
  const auto narrower = parse(answer(R"("scope":"a")"), expectation);
  EXPECT_EQ(narrower->scopes, Scopes{"a"});
  EXPECT_EQ(narrower->missing_scopes, Scopes{"b"});
  EXPECT_EQ(narrower->scope(), "a");
  const auto none = parse(answer(R"("scope":"")"), expectation);
  EXPECT_EQ(none->missing_scopes, (Scopes{"a", "b"}));
  const auto list = parse(answer(R"("scope":["b","a","c"])"), expectation);
  EXPECT_EQ(list->scope(), "b a c");
  EXPECT_EQ(list->missing_scopes, Scopes{});
  expectation.scope_delimiter = ",";
  EXPECT_EQ(parse(answer(R"("scope":"a,b, c")"), expectation)->scope(), "a b c");
  EXPECT_EQ(parse(answer(R"("scope":null)"), expectation)->scope(), "a b");
}

TEST(TokenResponse, RefusesScopesThatAreNone) {
  // A-061
  for (const char* bad :
       {R"("scope":7)", R"("scope":{"a":1})", R"("scope":["a",7])", R"("scope":"a\u0000b")",
        R"("scope":"a\"b")", "\"scope\":\"\xC3\xBC\"", R"("scope":["a\nb"])"}) {
    EXPECT_EQ(cause(parse(answer(bad))), "malformed_answer") << bad;
  }
}

TEST(TokenResponse, IgnoresMembersThatNobodyAskedFor) {
  // A-062, A-071, A-248
  const auto tokens = parse(answer(
      R"("expires_in":60,"ext_expires_in":7200,"refresh_token":"rt-1","id_token":{"x":[1,2]},"instance_url":"https://evil.example/","signature":"s")"));
  ASSERT_TRUE(tokens.has_value());
  EXPECT_EQ(tokens->lifetime, Seconds(60));
}

TEST(TokenResponse, DoesNotLookIntoTheToken) {
  // A-063
  // An expired, unsigned JWT is as good as any other token; the provider's word counts.
  const auto tokens = parse(
      R"({"access_token":"eyJhbGciOiJub25lIn0.eyJleHAiOjEsInNjb3BlIjoiYWRtaW4ifQ.","token_type":"Bearer","expires_in":60})");
  ASSERT_TRUE(tokens.has_value());
  EXPECT_EQ(tokens->lifetime, Seconds(60));
  EXPECT_TRUE(tokens->scopes.empty());
}

TEST(TokenResponse, IsAFormOnlyWhereTheEntrySaysSo) {
  // A-056
  Expectation form;
  form.rules.format = ResponseFormat::kForm;
  const std::vector<http::Header> type = {{"Content-Type", "application/x-www-form-urlencoded"}};
  const auto tokens =
      parse("access_token=at%2D1&token_type=bearer&expires_in=60&scope=a+b", form, type);
  ASSERT_TRUE(tokens.has_value()) << tokens.error().detail;
  EXPECT_EQ(tokens->access_token.reveal(), "at-1");
  EXPECT_EQ(tokens->lifetime, Seconds(60));
  EXPECT_EQ(tokens->scope(), "a b");
  EXPECT_EQ(cause(parse("error=invalid_client", form, type)), "invalid_client");
  for (const char* bad :
       {"", "access_token", "access_token=a&access_token=b&token_type=Bearer",
        "access_token=%zz&token_type=Bearer", "access_token=a%0d%0ab&token_type=Bearer"}) {
    EXPECT_EQ(cause(parse(bad, form, type)), "malformed_answer") << bad;
  }
  EXPECT_EQ(cause(parse(answer(""), form, json_type)), "malformed_answer");
}

TEST(TokenResponse, HasStatus200) {
  for (const int status : {0, 100, 199, 201, 202, 204, 206, 600, 999, -1}) {
    EXPECT_EQ(cause(parse(answer(""), {}, json_type, status)), "malformed_answer") << status;
  }
}

TEST(TokenResponse, HasAnAnswerForEveryTruncationAndEveryFlippedByte) {
  const std::string body =
      R"({"access_token":"at-1","token_type":"Bearer","expires_in":3600,"scope":"a b"})";
  for (std::size_t i = 0; i < body.size(); ++i) {
    EXPECT_EQ(cause(parse(body.substr(0, i))), "malformed_answer");
    for (const char mask : {'\x01', '\x20', '\x7F'}) {
      std::string flipped = body;
      flipped[i] = static_cast<char>(flipped[i] ^ mask);
      const auto tokens = parse(flipped);
      if (tokens.has_value()) {
        EXPECT_EQ(tokens->token_type, "Bearer");
      }
    }
  }
}

TEST(TokenResponse, DoesNotAppearInATestFailureOrADetail) {
  // A-073
  const auto failed = parse(R"({"access_token":"canary secret","token_type":"Bearer"})");
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().detail.find("canary"), std::string::npos);
  const auto broken = parse(R"({"access_token":"canary")");
  EXPECT_EQ(broken.error().detail.find("canary"), std::string::npos);
}

}  // namespace
}  // namespace strongroom::oauth
