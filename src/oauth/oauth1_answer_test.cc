#include "oauth/oauth1_answer.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace strongroom::oauth {
namespace {

constexpr WallTime kNow{Milliseconds{1'700'000'000'000}};

TokenAnswer answer(int status, std::string_view body, std::vector<http::Header> headers = {}) {
  TokenAnswer made;
  made.status = status;
  made.headers = std::move(headers);
  made.body = http::ResponseBody(body);
  made.sent_at = kNow;
  made.took = Milliseconds{100};
  return made;
}

constexpr std::string_view kTemporary =
    "oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&oauth_callback_confirmed="
    "true";
constexpr std::string_view kToken =
    "oauth_token=nnch734d00sl2jdk&oauth_token_secret=pfkkdhi9sl3r4s00";

// The date of an answer that is `ahead` of our clock.
std::vector<http::Header> dated(Seconds ahead) {
  return {{"Date",
           http::http_date(std::chrono::system_clock::to_time_t(kNow + Milliseconds{50} + ahead))}};
}

TEST(Oauth1AnswerTest, ReadsFormsWhateverTheyAreCalled) {
  // A-230
  for (const char* const type : {"application/x-www-form-urlencoded", "text/html; charset=utf-8",
                                 "text/plain", "application/json"}) {
    const auto read = read_temporary_credentials(answer(200, kTemporary, {{"Content-Type", type}}));
    ASSERT_TRUE(read.has_value()) << type;
    EXPECT_EQ(read->token.reveal(), "hh5s93j4hdidpola");
    EXPECT_EQ(read->secret.reveal(), "hdhd0244k9j7ao03");
  }
  EXPECT_TRUE(read_temporary_credentials(answer(200, std::string(kTemporary) + "\r\n")));
}

TEST(Oauth1AnswerTest, NeedsAConfirmedCallback) {
  // A-227
  for (const char* const end : {"", "&oauth_callback_confirmed=", "&oauth_callback_confirmed=false",
                                "&oauth_callback_confirmed=TRUE", "&oauth_callback_confirmed=1"}) {
    const auto read = read_temporary_credentials(answer(200, std::string(kToken) + end));
    ASSERT_FALSE(read.has_value()) << end;
    EXPECT_EQ(read.error().cause, FailureCause::kMalformedAnswer);
    EXPECT_NE(read.error().message.view(), "");
  }
}

TEST(Oauth1AnswerTest, GivesTokensAsOneText) {
  // A-230
  const auto tokens = read_token_credentials(
      answer(200, std::string(kToken) + "&user_id=7&screen_name=x&oauth_expires_in=3600"));
  ASSERT_TRUE(tokens.has_value());
  EXPECT_EQ(tokens->access_token.reveal(),
            "oauth_token=nnch734d00sl2jdk&oauth_token_secret=pfkkdhi9sl3r4s00");
  EXPECT_EQ(tokens->token_type, "OAuth");
  EXPECT_EQ(tokens->lifetime, Seconds{3600});
  EXPECT_EQ(tokens->sent_at, kNow);
  EXPECT_FALSE(tokens->refresh_token.has_value());
  for (const char* const lifetime : {"0", "-1", "x", "1x", "", "99999999999999999999"}) {
    const auto forever =
        read_token_credentials(answer(200, std::string(kToken) + "&oauth_expires_in=" + lifetime));
    ASSERT_TRUE(forever.has_value()) << lifetime;
    EXPECT_FALSE(forever->lifetime.has_value()) << lifetime;
  }
  EXPECT_TRUE(read_token_credentials(answer(200, "oauth_token=a&oauth_token_secret=")));
}

TEST(Oauth1AnswerTest, RefusesWhatIsNoAnswer) {
  // A-230
  const std::string long_token =
      "oauth_token=" + std::string(kMaxOauth1Token + 1, 'a') + "&oauth_token_secret=b";
  for (const std::string_view body :
       {std::string_view(""), std::string_view("<html>Sign in</html>"),
        std::string_view("oauth_token=a"), std::string_view("oauth_token_secret=a"),
        std::string_view("oauth_token=&oauth_token_secret=a"),
        std::string_view("oauth_token=a&oauth_token=b&oauth_token_secret=c"),
        std::string_view("oauth_token=a&oauth_token_secret=c&oauth_token_secret=c"),
        std::string_view("oauth_token=a%0d%0ab&oauth_token_secret=c"),
        std::string_view("oauth_token=a&oauth_token_secret=%ff"),
        std::string_view("oauth_token=%&oauth_token_secret=c"),
        std::string_view(R"({"oauth_token":"a","oauth_token_secret":"b"})"),
        std::string_view(long_token)}) {
    const auto tokens = read_token_credentials(answer(200, body));
    ASSERT_FALSE(tokens.has_value()) << body;
    EXPECT_EQ(tokens.error().cause, FailureCause::kMalformedAnswer) << body;
    // What the peer wrote is nowhere (A-016).
    EXPECT_EQ(tokens.error().detail.find("Sign in"), std::string::npos);
  }
  EXPECT_EQ(
      read_token_credentials(answer(200, std::string(kMaxOauth1Answer + 1, 'a'))).error().cause,
      FailureCause::kOversized);
  EXPECT_EQ(read_token_credentials(answer(204, "")).error().cause, FailureCause::kMalformedAnswer);
}

TEST(Oauth1AnswerTest, NeverFollowsARedirect) {
  // A-231: what a redirect leads to was not signed, even if there is a token in its body.
  const auto tokens =
      read_token_credentials(answer(302, kToken, {{"Location", "https://other.example/"}}));
  ASSERT_FALSE(tokens.has_value());
  EXPECT_EQ(tokens.error().cause, FailureCause::kRedirected);
}

TEST(Oauth1AnswerTest, NamesTheProblem) {
  // A-230
  struct Row {
    const char* problem;
    FailureCause cause;
  };
  for (const Row& row : {Row{"signature_invalid", FailureCause::kInvalidClient},
                         Row{"consumer_key_unknown", FailureCause::kInvalidClient},
                         Row{"consumer_key_refused", FailureCause::kUnauthorizedClient},
                         Row{"signature_method_rejected", FailureCause::kInvalidRequest},
                         Row{"nonce_used", FailureCause::kInvalidRequest},
                         Row{"timestamp_refused", FailureCause::kClockSkew},
                         Row{"token_rejected", FailureCause::kInvalidGrant},
                         Row{"token_expired", FailureCause::kInvalidGrant},
                         Row{"permission_denied", FailureCause::kAccessDenied}}) {
    const std::string body =
        std::string("oauth_problem=") + row.problem + "&oauth_problem_advice=x";
    const auto in_body = read_token_credentials(answer(401, body));
    EXPECT_EQ(in_body.error().cause, row.cause) << row.problem;
    EXPECT_EQ(in_body.error().error_code, row.problem);
    const std::string challenge =
        std::string("OAuth realm=\"a, b\", oauth_problem=\"") + row.problem + "\", x=y";
    const auto in_header =
        read_token_credentials(answer(400, "{}", {{"WWW-Authenticate", challenge}}));
    EXPECT_EQ(in_header.error().cause, row.cause) << row.problem;
    // Even under a 200.
    EXPECT_EQ(read_token_credentials(answer(200, body + "&" + std::string(kToken))).error().cause,
              row.cause);
  }
  const auto unknown = read_token_credentials(answer(400, "oauth_problem=you_are_ugly"));
  EXPECT_EQ(unknown.error().cause, FailureCause::kRefused);
  EXPECT_EQ(unknown.error().error_code, "");
  EXPECT_EQ(unknown.error().detail.find("ugly"), std::string::npos);
}

TEST(Oauth1AnswerTest, StatusesSpeakWhereNothingElseDoes) {
  // A-230
  EXPECT_EQ(read_temporary_credentials(answer(401, "no")).error().cause,
            FailureCause::kInvalidClient);
  EXPECT_EQ(read_token_credentials(answer(401, "no")).error().cause, FailureCause::kInvalidGrant);
  EXPECT_EQ(read_token_credentials(answer(404, "no")).error().cause,
            FailureCause::kEndpointNotFound);
  // A server that has no time says so whatever the body claims.
  const auto busy =
      read_token_credentials(answer(503, "oauth_problem=token_rejected", {{"Retry-After", "7"}}));
  EXPECT_EQ(busy.error().cause, FailureCause::kProviderUnavailable);
  EXPECT_EQ(busy.error().retry_after, Seconds{7});
  EXPECT_EQ(read_token_credentials(answer(429, "")).error().cause, FailureCause::kRateLimited);
  const std::string long_page(kMaxOauth1Answer + 1, 'a');
  EXPECT_EQ(read_token_credentials(answer(502, long_page)).error().cause,
            FailureCause::kProviderUnavailable);
}

TEST(Oauth1AnswerTest, AdjustsTheClockOnce) {
  // A-226: by the timestamps that the provider says it takes.
  const auto refused = read_token_credentials(answer(
      401, "oauth_problem=timestamp_refused&oauth_acceptable_timestamps=1700003300-1700003900"));
  ASSERT_EQ(refused.error().cause, FailureCause::kClockSkew);
  EXPECT_EQ(refused.error().clock_skew, Seconds{3600});
  EXPECT_EQ(skew_for_retry(refused.error(), Seconds{0}), Seconds{3600});
  EXPECT_EQ(skew_for_retry(refused.error(), Seconds{3600}), std::nullopt);

  const auto in_header =
      read_temporary_credentials(answer(401, "",
                                        {{"WWW-Authenticate",
                                          "OAuth oauth_problem=timestamp_refused, "
                                          "oauth_acceptable_timestamps=1699999000-1699999200"}}));
  EXPECT_EQ(skew_for_retry(in_header.error(), Seconds{0}), Seconds{-900});
}

TEST(Oauth1AnswerTest, ReadsTheClockFromTheDateToo) {
  // A-226
  const auto by_date =
      read_token_credentials(answer(401, "oauth_problem=timestamp_refused", dated(Seconds{600})));
  ASSERT_EQ(by_date.error().cause, FailureCause::kClockSkew);
  EXPECT_EQ(skew_for_retry(by_date.error(), Seconds{0}), Seconds{600});
  // A refusal that says nothing, and clocks that differ.
  const auto silent = read_temporary_credentials(answer(401, "no", dated(Seconds{-600})));
  EXPECT_EQ(silent.error().cause, FailureCause::kClockSkew);
  EXPECT_EQ(skew_for_retry(silent.error(), Seconds{0}), Seconds{-600});
  // The same, signed by that clock already: it is something else.
  const auto again =
      read_temporary_credentials(answer(401, "no", dated(Seconds{-600})), Seconds{-600});
  EXPECT_EQ(again.error().cause, FailureCause::kInvalidClient);
  EXPECT_EQ(skew_for_retry(again.error(), Seconds{-600}), std::nullopt);
  // What the provider names is that.
  const auto named = read_temporary_credentials(
      answer(401, "oauth_problem=signature_invalid", dated(Seconds{600})));
  EXPECT_EQ(named.error().cause, FailureCause::kInvalidClient);
  EXPECT_EQ(skew_for_retry(named.error(), Seconds{0}), std::nullopt);
}

TEST(Oauth1AnswerTest, IgnoresTimestampsThatAreNone) {
  // A-226
  for (const char* const range : {"", "1", "-", "1-", "-1", "2-1", "a-b", "1-99999999999999999999",
                                  "0-5", "1-2-3", "1-253402300800"}) {
    const auto refused = read_token_credentials(answer(
        401, std::string("oauth_problem=timestamp_refused&oauth_acceptable_timestamps=") + range));
    EXPECT_EQ(refused.error().cause, FailureCause::kClockSkew) << range;
    EXPECT_EQ(skew_for_retry(refused.error(), Seconds{0}), std::nullopt) << range;
  }
}

TEST(Oauth1AnswerTest, TriesAnotherNonce) {
  // A-226
  const auto used = read_token_credentials(answer(401, "oauth_problem=nonce_used"));
  EXPECT_EQ(skew_for_retry(used.error(), Seconds{5}), Seconds{5});
}

}  // namespace
}  // namespace strongroom::oauth
