#pragma once
// What a provider answers in OAuth 1.0a: RFC 5849 sections 2.1 and 2.3. Every byte of it is
// hostile. Answers are forms, whatever their Content-Type calls them.

#include <cstddef>
#include <optional>

#include <tl/expected.hpp>

#include "base/clock.h"
#include "oauth/oauth1_credentials.h"
#include "oauth/raw_answer.h"
#include "oauth/token_failure.h"
#include "oauth/token_response.h"

namespace strongroom::oauth {

inline constexpr std::size_t kMaxOauth1Answer = std::size_t{32} * 1024;

using Oauth1Result = tl::expected<Oauth1Credentials, TokenFailure>;

// Temporary credentials, if oauth_callback_confirmed says "true". `skew` is that of the
// request's stamp.
//
// Failures: as read_token_credentials(), but 401 is kInvalidClient.
Oauth1Result read_temporary_credentials(const TokenAnswer& answer, Seconds skew = Seconds{0});

// Token credentials, as the one text of to_one_text() in the place of an access token, whose type
// is "OAuth"; the lifetime only where the answer has an "oauth_expires_in" above zero.
//
// Failures: kMalformedAnswer: not a form, a parameter twice, one that is missing, too long or not
// printable ASCII; kOversized: longer than kMaxOauth1Answer. Otherwise what `oauth_problem` says
// (OAuth Problem Reporting, draft of 2008), in the body or in WWW-Authenticate, with its name as a
// literal of ours in error_code; otherwise the status: 401 is kInvalidGrant, since the client's
// temporary credentials were given out. An answer that refuses, by a clock that is more than
// kTolerableSkew away from the one of the request's stamp, is kClockSkew.
TokenResult read_token_credentials(const TokenAnswer& answer, Seconds skew = Seconds{0});

// With which skew the same request, with another nonce, is worth one more try, and only one
// the provider refused the timestamp of a stamp with `skew`, and its clock is known; or it
// had seen the nonce. nullopt: none.
std::optional<Seconds> skew_for_retry(const TokenFailure& failure, Seconds skew);

}  // namespace strongroom::oauth
