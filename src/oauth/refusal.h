#pragma once
// Answers that say no: RFC 6749 section 5.2, and what HTTP itself says.

#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/clock.h"
#include "catalogue/response_rules.h"
#include "http/message.h"
#include "oauth/token_failure.h"

namespace strongroom::oauth {

// What an answer other than a success means. The status speaks first where it
// says that trying again may help (429, 408, 5xx) or that nobody answered as a token endpoint
// (3xx), or with 401 that the client was not authenticated; otherwise the `error` member does, if
// it is a registered code; otherwise the status. More precise than the last three are the
// provider's own numbers, where its entry knows what they say. `answer` is nullptr where the body
// was not one.
TokenFailure read_refusal(int status, const std::vector<http::Header>& headers,
                          const boost::json::object* answer, const catalogue::ResponseRules& rules,
                          WallTime now);

// What an entry of the catalogue means by a cause.
FailureCause cause_of(catalogue::StatedCause stated);

}  // namespace strongroom::oauth
