#include "oauth/failure_causes.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "catalogue/catalogue.h"
#include "http/testing/fake_client.h"
#include "oauth/clock_skew.h"
#include "oauth/discovery.h"
#include "oauth/refresh.h"
#include "oauth/refusal.h"
#include "oauth/token_client.h"

namespace strongroom::oauth {
namespace {

using enum FailureCause;
using catalogue::StatedCause;
using http::Fault;
using http::Hop;

// How each cause comes about, at the edge where it is first known.
class FailureCauses : public testing::Test {
 protected:
  FailureCause of_answer(int status, std::string_view body) {
    http_.answer_json(status, body);
    return ask({});
  }
  FailureCause of_error(std::string_view code) {
    return of_answer(400, "{\"error\":\"" + std::string(code) + "\"}");
  }
  FailureCause of_exchange(Hop hop, Fault fault = Fault::kOther) {
    http_.script(tl::make_unexpected(http::ExchangeFailure{hop, "It failed.", "", true, fault}));
    return ask({});
  }
  // What a provider says with a number of its own.
  FailureCause of_number(StatedCause stated) {
    TokenRequest request;
    request.expectation.rules.error_codes_member = "codes";
    request.expectation.rules.error_causes[17] = stated;
    http_.answer_json(400, R"({"error":"made_up","codes":[17]})");
    return ask(std::move(request));
  }
  FailureCause of_assertion(Seconds provider_is_ahead) {
    TokenRequest request;
    request.summary.by_assertion = true;
    const auto there = std::chrono::floor<Seconds>(clock_.now()) + provider_is_ahead;
    http_.answer(400, R"({"error":"invalid_client"})",
                 {{"Content-Type", "application/json"},
                  {"Date", http::http_date(there.time_since_epoch().count())}});
    return ask(std::move(request));
  }
  // The same at each of the addresses at which its metadata may be.
  FailureCause of_issuer(int status) {
    const std::string issuer = "https://as.example";
    auto requests = metadata_requests(issuer);
    for (std::size_t i = 0; i < requests.size(); ++i) http_.answer(status, "", {});
    const auto read = Discovery(http_).read_and_wait(issuer, std::move(requests));
    EXPECT_FALSE(read.has_value());
    return read ? kRefused : read.error().failure.cause;
  }
  // An answer to a token exchange that says this of the type that was issued.
  FailureCause of_issued_type(const std::string& said) {
    http_.answer_json(200, "{" + said + R"("access_token":"a","token_type":"Bearer"})");
    TokenRequest request;
    request.expectation.issued_type.emplace();
    return ask(std::move(request));
  }
  // invalid_grant to a refresh.
  static FailureCause of_refused_refresh(bool answer_was_lost) {
    TokenFailure failure{.cause = kInvalidGrant};
    explain_refused_refresh(failure, answer_was_lost);
    return failure.cause;
  }
  FailureCause ask(TokenRequest request) {
    request.message.url = "https://as.example/token";
    std::optional<FailureCause> cause;
    client_.request(std::move(request), [&cause](const TokenResult& result) {
      if (!result) cause = result.error().cause;
    });
    EXPECT_TRUE(cause.has_value());
    return cause.value_or(kRefused);
  }

  FakeClock clock_;
  http::FakeClient http_{&clock_};
  TokenClient client_{http_};
};

TEST_F(FailureCauses, EachComesAboutAsItSays) {
  // A-064
  const std::map<FailureCause, std::function<FailureCause()>> provoked{
      {kInvalidClient, [&] { return of_error("invalid_client"); }},
      {kInvalidGrant, [&] { return of_error("invalid_grant"); }},
      {kUnauthorizedClient, [&] { return of_error("unauthorized_client"); }},
      {kUnsupportedGrantType, [&] { return of_error("unsupported_grant_type"); }},
      {kInvalidScope, [&] { return of_error("invalid_scope"); }},
      {kInvalidTarget, [&] { return of_error("invalid_target"); }},
      {kInvalidRequest, [&] { return of_error("invalid_request"); }},
      {kAccessDenied, [&] { return of_error("access_denied"); }},
      {kRefused, [&] { return of_error("no_such_code"); }},
      {kInteractionRequired, [&] { return of_error("interaction_required"); }},
      {kEndpointNotFound, [&] { return of_answer(404, ""); }},
      {kRateLimited, [&] { return of_answer(429, ""); }},
      {kProviderUnavailable, [&] { return of_answer(503, ""); }},
      {kNameUnresolved, [&] { return of_exchange(Hop::kName); }},
      {kUnreachable, [&] { return of_exchange(Hop::kConnect); }},
      {kTls, [&] { return of_exchange(Hop::kTls); }},
      {kAddressPolicy, [&] { return of_exchange(Hop::kAddressPolicy); }},
      {kRedirected, [&] { return of_answer(302, ""); }},
      {kMalformedAnswer, [&] { return of_answer(200, "{}"); }},
      {kUnusableTokenType,
       [&] { return of_answer(200, R"({"access_token":"a","token_type":"mac"})"); }},
      {kOversized, [&] { return of_exchange(Hop::kLimit); }},
      {kInterrupted, [&] { return of_exchange(Hop::kReceive); }},
      {kTimedOut, [&] { return of_exchange(Hop::kTime); }},
      {kOverloaded, [&] { return of_exchange(Hop::kLocal); }},
      {kInvalidSettings, [&] { return of_exchange(Hop::kUrl); }},
      {kProxy, [&] { return of_exchange(Hop::kProxy); }},
      {kSecretWrong, [&] { return of_number(StatedCause::kSecretWrong); }},
      {kSecretExpired, [&] { return of_number(StatedCause::kSecretExpired); }},
      {kCertificateNotRegistered,
       [&] { return of_number(StatedCause::kCertificateNotRegistered); }},
      {kCertificateExpired, [&] { return of_number(StatedCause::kCertificateExpired); }},
      {kAssertionRefused, [&] { return of_assertion(Seconds(30)); }},
      {kClockSkew, [&] { return of_assertion(Seconds(-32)); }},
      {kTenantNotFound, [&] { return of_number(StatedCause::kTenantNotFound); }},
      {kApplicationNotFound, [&] { return of_number(StatedCause::kApplicationNotFound); }},
      {kApplicationDisabled, [&] { return of_number(StatedCause::kApplicationDisabled); }},
      {kAdminConsentMissing, [&] { return of_number(StatedCause::kAdminConsentMissing); }},
      {kConditionalAccess, [&] { return of_number(StatedCause::kConditionalAccess); }},
      {kTlsUntrusted, [&] { return of_exchange(Hop::kTls, Fault::kUntrustedChain); }},
      {kTlsNameMismatch, [&] { return of_exchange(Hop::kTls, Fault::kOtherName); }},
      {kTlsExpired, [&] { return of_exchange(Hop::kTls, Fault::kExpired); }},
      {kTlsClientCertificate, [&] { return of_exchange(Hop::kTls, Fault::kClientCertificate); }},
      {kProxyAuthentication, [&] { return of_exchange(Hop::kProxy, Fault::kProxyAuthentication); }},
      {kProxyRefused, [&] { return of_exchange(Hop::kProxy, Fault::kProxyRefusal); }},
      {kUnusableMetadata, [&] { return of_issuer(404); }},
      {kSingleTenantApplication, [&] { return of_number(StatedCause::kSingleTenantApplication); }},
      {kAccountNotInTenant, [&] { return of_number(StatedCause::kAccountNotInTenant); }},
      {kSignInEnded, [&] { return of_refused_refresh(false); }},
      {kRefreshLost, [&] { return of_refused_refresh(true); }},
      {kNoRefreshToken, [&] { return kNoRefreshToken; }},      // vault says so, and sends nothing
      {kRefreshedAnother, [&] { return kRefreshedAnother; }},  // vault says so
      {kIssuedTypeMissing, [&] { return of_issued_type(""); }},
      {kOtherTokenType, [&] { return of_issued_type(R"("issued_token_type":"urn:a:b",)"); }},
      // Of these vault says so, and sends nothing.
      {kSubjectSignInNeeded, [&] { return kSubjectSignInNeeded; }},
      {kSubjectFailed, [&] { return kSubjectFailed; }},
      {kSubjectUnavailable, [&] { return kSubjectUnavailable; }},
      {kSubjectBound, [&] { return kSubjectBound; }},
  };
  for (int i = 0; i <= static_cast<int>(kLastFailureCause); ++i) {
    const auto cause = static_cast<FailureCause>(i);
    const auto how = provoked.find(cause);
    ASSERT_NE(how, provoked.end()) << facts_of(cause).name.view() << " is provoked by no test";
    EXPECT_EQ(facts_of(how->second()).name.view(), facts_of(cause).name.view());
  }
}

TEST_F(FailureCauses, EachHasAStableNamePlainWordsSomebodyAndAPlace) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(kLastFailureCause); ++i) {
    const CauseFacts& facts = facts_of(static_cast<FailureCause>(i));
    const std::string_view name = facts.name.view();
    EXPECT_EQ(static_cast<int>(facts.cause), i) << name;
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_TRUE(facts.message.view().ends_with('.')) << name;
    EXPECT_TRUE(facts.where.view().ends_with('.') || facts.where.view().ends_with('?')) << name;
    EXPECT_FALSE(to_text(facts.who).empty()) << name;
    EXPECT_EQ(facts.transient, facts.code == Code::kUnavailable) << name;
    EXPECT_FALSE(facts.who == WhoMustAct::kNobody && !facts.transient) << name;
  }
}

TEST_F(FailureCauses, OfAnEntryOfTheCatalogueAreCausesOfOurs) {
  const std::set<FailureCause> all = [] {
    std::set<FailureCause> found;
    for (int i = 0; i <= static_cast<int>(StatedCause::kProviderUnavailable); ++i) {
      found.insert(cause_of(static_cast<StatedCause>(i)));
    }
    return found;
  }();
  EXPECT_EQ(all.size(), static_cast<std::size_t>(StatedCause::kProviderUnavailable) + 1);
  EXPECT_FALSE(all.contains(kRefused));
}

TEST_F(FailureCauses, OfMicrosoftStandBehindItsNumbers) {
  // A-247
  const auto catalogue = catalogue::Catalogue::built_in();
  ASSERT_TRUE(catalogue.has_value());
  const catalogue::ProviderPtr microsoft = catalogue->find("microsoft");
  const auto cause = [&](int status, std::string_view error, std::string_view codes) {
    const std::string body = "{\"error\":\"" + std::string(error) + "\",\"error_codes\":[" +
                             std::string(codes) + "],\"error_description\":\"canary\"}";
    const TokenResult result =
        parse_token_response(status, {{"Content-Type", "application/json"}}, body,
                             {microsoft->response, " ", {}}, FakeClock::kStart);
    EXPECT_FALSE(result.has_value());
    EXPECT_EQ(result.error().detail.find("canary"), std::string::npos);
    return result.error().cause;
  };
  EXPECT_EQ(cause(401, "invalid_client", "7000215"), kSecretWrong);
  EXPECT_EQ(cause(401, "invalid_client", "7000222"), kSecretExpired);
  EXPECT_EQ(cause(401, "invalid_client", "700027"), kCertificateNotRegistered);
  EXPECT_EQ(cause(401, "invalid_client", "700024"), kClockSkew);
  EXPECT_EQ(cause(400, "invalid_request", "90002"), kTenantNotFound);
  EXPECT_EQ(cause(400, "unauthorized_client", "700016"), kApplicationNotFound);
  EXPECT_EQ(cause(400, "unauthorized_client", "7000112"), kApplicationDisabled);
  EXPECT_EQ(cause(400, "invalid_grant", "65001"), kAdminConsentMissing);
  EXPECT_EQ(cause(400, "invalid_grant", "53003"), kConditionalAccess);
  EXPECT_EQ(cause(400, "invalid_grant", "50196"), kRateLimited);
  EXPECT_EQ(cause(400, "invalid_scope", "1, 2, 70011"), kInvalidScope);
  EXPECT_EQ(cause(401, "invalid_client", "1"), kInvalidClient) << "a number that nobody knows";
  EXPECT_EQ(cause(429, "invalid_client", "7000215"), kRateLimited) << "the status speaks first";
  EXPECT_EQ(cause(503, "invalid_client", "7000215"), kProviderUnavailable);
}

TEST_F(FailureCauses, OfACredentialAreThoseThatAnotherOneMayHelpWith) {
  // A-065
  for (const FailureCause cause : {kInvalidClient, kSecretWrong, kSecretExpired,
                                   kCertificateNotRegistered, kAssertionRefused}) {
    EXPECT_TRUE(is_of_credential(cause)) << facts_of(cause).name.view();
  }
  for (const FailureCause cause :
       {kTenantNotFound, kApplicationNotFound, kClockSkew, kInvalidScope, kTlsUntrusted}) {
    EXPECT_FALSE(is_of_credential(cause)) << facts_of(cause).name.view();
  }
}

}  // namespace
}  // namespace strongroom::oauth
