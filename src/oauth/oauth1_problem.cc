#include "oauth/oauth1_problem.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "base/ascii.h"

namespace strongroom::oauth {
namespace {

using enum FailureCause;

// A date in ten thousand years, so that nothing can overflow.
constexpr std::int64_t kLastTimestamp = 253'402'300'799;

struct KnownProblem {
  std::string_view name;
  FailureCause cause;
  LiteralText message;  // empty: that of the cause
};

constexpr LiteralText kUsedUp =
    "The service provider takes back what was approved: it is too old, or was used already.";
constexpr LiteralText kWithdrawn =
    "The service provider does not accept the token: it was revoked, or has ended.";

constexpr std::array kProblems = {
    KnownProblem{"version_rejected", kInvalidRequest,
                 "The service provider does not speak this version of OAuth."},
    KnownProblem{"parameter_absent", kInvalidRequest, ""},
    KnownProblem{"parameter_rejected", kInvalidRequest, ""},
    KnownProblem{"timestamp_refused", kClockSkew, ""},
    KnownProblem{kNonceUsed, kInvalidRequest,
                 "The service provider says that it has seen this request already."},
    KnownProblem{"signature_method_rejected", kInvalidRequest,
                 "The service provider does not take the signature method. Choose another one for "
                 "the target system."},
    KnownProblem{"signature_invalid", kInvalidClient,
                 "The service provider does not accept the signature: the consumer secret, or the "
                 "key, is not the one that it knows."},
    KnownProblem{"consumer_key_unknown", kInvalidClient,
                 "The service provider does not know the consumer key."},
    KnownProblem{"consumer_key_rejected", kUnauthorizedClient, ""},
    KnownProblem{"consumer_key_refused", kUnauthorizedClient, ""},
    KnownProblem{"token_used", kInvalidGrant, kUsedUp},
    KnownProblem{"token_expired", kInvalidGrant, kUsedUp},
    KnownProblem{"token_revoked", kInvalidGrant, kWithdrawn},
    KnownProblem{"token_rejected", kInvalidGrant, kWithdrawn},
    KnownProblem{"verifier_invalid", kInvalidGrant,
                 "The service provider does not accept the verifier: what was entered is wrong, or "
                 "too old."},
    KnownProblem{"additional_authorization_required", kAccessDenied, ""},
    KnownProblem{"permission_unknown", kAccessDenied, ""},
    KnownProblem{"permission_denied", kAccessDenied, ""},
    KnownProblem{"user_refused", kAccessDenied, ""},
};

// The value of `name` among the comma-separated, perhaps quoted values of a challenge; empty: it is
// not there.
std::string value_in(std::string_view challenge, std::string_view name) {
  while (!challenge.empty()) {
    const std::size_t start = std::min(challenge.find_first_not_of(" \t,"), challenge.size());
    challenge.remove_prefix(start);
    const std::size_t equals = challenge.find('=');
    if (equals == std::string_view::npos) return {};
    const std::string_view found = challenge.substr(0, equals);
    challenge.remove_prefix(equals + 1);
    const bool is_quoted = challenge.starts_with('"');
    if (is_quoted) challenge.remove_prefix(1);
    const std::size_t end = std::min(
        is_quoted ? challenge.find('"') : challenge.find_first_of(" \t,"), challenge.size());
    if (found == name) {
      std::string value;
      return http::percent_decode(challenge.substr(0, end), false, value) ? value : std::string();
    }
    challenge.remove_prefix(std::min(end + 1, challenge.size()));
  }
  return {};
}

// Seconds since 1970; nullopt: not a number of them.
std::optional<std::int64_t> timestamp(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_one = error == std::errc{} && end == text.data() + text.size() && seconds > 0 &&
                      seconds <= kLastTimestamp;
  return is_one ? std::optional(seconds) : std::nullopt;
}

// The middle of "from-to", as a distance from `sent_at`.
std::optional<Seconds> skew_of(std::string_view acceptable, WallTime sent_at) {
  const std::size_t dash = acceptable.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = timestamp(acceptable.substr(0, dash));
  const auto to = timestamp(acceptable.substr(dash + 1));
  if (!from || !to || *from > *to) return std::nullopt;
  const Seconds middle{*from + (*to - *from) / 2};
  return middle - std::chrono::floor<Seconds>(sent_at.time_since_epoch());
}

}  // namespace

std::optional<Oauth1Problem> find_problem(const std::vector<http::Header>& headers,
                                          const Oauth1Form* form) {
  constexpr std::string_view kScheme = "oauth ";
  constexpr std::string_view kTimestamps = "oauth_acceptable_timestamps";
  if (form != nullptr && form->find_said(kProblemParameter) != nullptr) {
    const std::string* const timestamps = form->find(kTimestamps);
    return Oauth1Problem{*form->find(kProblemParameter),
                         timestamps == nullptr ? std::string() : *timestamps};
  }
  for (const http::Header& header : headers) {
    if (!http::same_field_name(header.name, "WWW-Authenticate")) continue;
    if (lower_case(header.value.substr(0, kScheme.size())) != kScheme) continue;
    const std::string_view challenge = std::string_view(header.value).substr(kScheme.size());
    std::string name = value_in(challenge, kProblemParameter);
    if (name.empty()) continue;
    return Oauth1Problem{std::move(name), value_in(challenge, kTimestamps)};
  }
  return std::nullopt;
}

void explain(const Oauth1Problem& problem, WallTime sent_at, TokenFailure& failure) {
  const auto* const known = std::ranges::find(kProblems, problem.name, &KnownProblem::name);
  if (known == kProblems.end()) return;
  failure.cause = known->cause;
  failure.message = known->message;
  failure.error_code = known->name;
  if (known->cause != kClockSkew) return;
  if (const auto skew = skew_of(problem.acceptable_timestamps, sent_at)) failure.clock_skew = skew;
}

}  // namespace strongroom::oauth
