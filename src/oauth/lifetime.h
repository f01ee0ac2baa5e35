#pragma once
// expires_in: RFC 6749 section 5.1, and what is made of it in the wild.

#include <optional>

#include <boost/json/fwd.hpp>

#include "base/clock.h"
#include "catalogue/response_rules.h"

namespace strongroom::oauth {

// The lifetime that `expires_in` (nullptr: absent) promises:
//   a whole number, the same as a text of digits, 3600.0   that many of the rules' unit
//   zero, or less, however it is written                   none: the token has expired already
//   more than ten years                                    cannot be meant: as if absent
//   a fraction, other text, true, null, a list             as if absent
//   absent                                                 the rules' default, which may be unknown
// Milliseconds that are taken for seconds are below ten years for tokens of up to three days
// (3600000 is an hour, or 41 days): only the provider's entry can tell.
std::optional<Seconds> read_lifetime(const boost::json::value* expires_in,
                                     const catalogue::ResponseRules& rules);

// The lifetime that an end promises, counted from `sent_at`, when the request was sent: a whole
// number or a text of digits since the epoch, or a time of RFC 3339, as the rules' expires_at_form
// says. One that is over is zero; what is no end, or none that can be meant, is as if absent.
std::optional<Seconds> read_end(const boost::json::value& expires_at,
                                const catalogue::ResponseRules& rules, WallTime sent_at);

}  // namespace strongroom::oauth
