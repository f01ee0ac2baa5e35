#pragma once
// OAuth Problem Reporting (draft of 2008, wiki.oauth.net/ProblemReporting), which many providers of
// OAuth 1.0a answer refusals with: "oauth_problem=timestamp_refused&oauth_acceptable_timestamps=…".

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/message.h"
#include "oauth/oauth1_form.h"
#include "oauth/token_failure.h"

namespace strongroom::oauth {

inline constexpr std::string_view kProblemParameter = "oauth_problem";
inline constexpr std::string_view kNonceUsed = "nonce_used";

// What a peer says: not to be shown to anybody.
struct Oauth1Problem {
  std::string name;
  std::string acceptable_timestamps;  // "1300000000-1300000600", or empty
};

// From `form`, the body (nullptr: it is none), or else from a WWW-Authenticate header whose scheme
// is OAuth. nullopt: neither names one.
std::optional<Oauth1Problem> find_problem(const std::vector<http::Header>& headers,
                                          const Oauth1Form* form);

// Sets cause, message and, as a literal of ours, error_code of `failure`; for a timestamp that was
// refused also clock_skew, where the problem says which ones are not. An unknown name changes
// nothing. `sent_at`: when the request was sent, by our clock.
void explain(const Oauth1Problem& problem, WallTime sent_at, TokenFailure& failure);

}  // namespace strongroom::oauth
