#include "oauth/oauth1_answer.h"

#include <array>
#include <charconv>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "oauth/clock_skew.h"
#include "oauth/oauth1_form.h"
#include "oauth/oauth1_problem.h"
#include "oauth/refusal.h"

namespace strongroom::oauth {
namespace {

tl::unexpected<TokenFailure> malformed(std::string detail) {
  TokenFailure failure{.cause = FailureCause::kMalformedAnswer};
  failure.status = 200;
  failure.detail = std::move(detail);
  return tl::unexpected(std::move(failure));
}

// What a 401 means where nothing says more.
struct Refusal {
  FailureCause cause;
  LiteralText message;
};

constexpr Refusal kOfClient{
    FailureCause::kInvalidClient,
    "The service provider does not accept the signed request: consumer key, consumer secret or "
    "signature method are not what it knows."};
constexpr Refusal kOfVerifier{
    FailureCause::kInvalidGrant,
    "The service provider takes back what was approved: it is too old, or was used already."};

// A clock that is not the one that was signed by, seen in a refusal that it may explain.
void explain_by_clock(TokenFailure& failure, Seconds skew) {
  const bool may_be = failure.status == 400 || failure.status == 401;
  if (!may_be || !failure.clock_skew || !failure.error_code.empty()) return;
  if (std::chrono::abs(*failure.clock_skew - skew) > kTolerableSkew) {
    failure.cause = FailureCause::kClockSkew;
    failure.message = "";
  }
}

TokenFailure read_no(const TokenAnswer& answer, const Oauth1Form* form, const Refusal& refusal,
                     Seconds skew) {
  TokenFailure failure = read_refusal(answer.status, answer.headers, nullptr, {}, answer.sent_at);
  failure.clock_skew = clock_skew(answer.headers, answer.sent_at, answer.took);
  if (answer.status == 401) {
    failure.cause = refusal.cause;
    failure.message = refusal.message;
  }
  // A status that says to try again says so whatever the body is.
  if (!facts_of(failure.cause).transient) {
    if (const auto problem = find_problem(answer.headers, form)) {
      explain(*problem, answer.sent_at, failure);
    }
  }
  explain_by_clock(failure, skew);
  return failure;
}

// The form of an answer that says yes.
tl::expected<Oauth1Form, TokenFailure> read_yes(const TokenAnswer& answer, const Refusal& refusal,
                                                Seconds skew) {
  const std::string_view body = without_blanks(answer.body.reveal());
  const bool is_oversized = body.size() > kMaxOauth1Answer;
  // A long page of a server that has no time still says that it has none.
  auto form = Oauth1Form::read(is_oversized ? std::string_view() : body);
  if (answer.status >= 300 && answer.status < 600) {
    return tl::unexpected(read_no(answer, form ? &*form : nullptr, refusal, skew));
  }
  if (answer.status != 200) {
    return malformed("status " + std::to_string(answer.status) + " is not one of a provider");
  }
  if (is_oversized) {
    TokenFailure failure{.cause = FailureCause::kOversized};
    failure.status = answer.status;
    return tl::unexpected(std::move(failure));
  }
  if (!form) return malformed(std::string(form.error().message.view()));
  if (form->find_said(kProblemParameter) != nullptr) {
    return tl::unexpected(read_no(answer, &*form, refusal, skew));
  }
  return *std::move(form);
}

Oauth1Result credentials_in(const Oauth1Form& form) {
  const std::string* const token = form.find_said("oauth_token");
  const std::string* const secret = form.find("oauth_token_secret");
  if (token == nullptr || !is_oauth1_text(*token, kMaxOauth1Token)) {
    return malformed("oauth_token is missing or not a token");
  }
  if (secret == nullptr || (!secret->empty() && !is_oauth1_text(*secret, kMaxOauth1Token))) {
    return malformed("oauth_token_secret is missing or not a secret");
  }
  return Oauth1Credentials{Oauth1Token(*token), Oauth1TokenSecret(*secret)};
}

// "oauth_expires_in" of OAuth Session: seconds; what else it says says nothing.
std::optional<Seconds> lifetime_in(const Oauth1Form& form) {
  const std::string* const text = form.find_said("oauth_expires_in");
  if (text == nullptr) return std::nullopt;
  std::int64_t seconds = 0;
  const char* const last = text->data() + text->size();
  const auto [end, error] = std::from_chars(text->data(), last, seconds);
  if (error != std::errc{} || end != last || seconds <= 0) return std::nullopt;
  if (seconds > kMaxLifetime.count()) return std::nullopt;
  return Seconds{seconds};
}

}  // namespace

Oauth1Result read_temporary_credentials(const TokenAnswer& answer, Seconds skew) {
  auto form = read_yes(answer, kOfClient, skew);
  if (!form) return tl::unexpected(std::move(form).error());
  const std::string* const confirmed = form->find_said("oauth_callback_confirmed");
  if (confirmed == nullptr || *confirmed != "true") {
    auto failure = malformed("oauth_callback_confirmed is not true");
    failure.value().message =
        "The service provider does not confirm the callback: it speaks OAuth 1.0, with which "
        "somebody else's account could be connected in place of yours.";
    return failure;
  }
  return credentials_in(*form);
}

TokenResult read_token_credentials(const TokenAnswer& answer, Seconds skew) {
  auto form = read_yes(answer, kOfVerifier, skew);
  if (!form) return tl::unexpected(std::move(form).error());
  auto credentials = credentials_in(*form);
  if (!credentials) return tl::unexpected(std::move(credentials).error());
  TokenSet tokens{.access_token = to_one_text(*credentials), .token_type = "OAuth"};
  tokens.lifetime = lifetime_in(*form);
  tokens.sent_at = answer.sent_at;
  tokens.sent_at_boot = answer.sent_at_boot;
  return tokens;
}

std::optional<Seconds> skew_for_retry(const TokenFailure& failure, Seconds skew) {
  if (failure.error_code == kNonceUsed) return skew;
  if (failure.cause != FailureCause::kClockSkew || !failure.clock_skew) return std::nullopt;
  if (std::chrono::abs(*failure.clock_skew - skew) <= Seconds{1}) return std::nullopt;
  return failure.clock_skew;
}

}  // namespace strongroom::oauth
