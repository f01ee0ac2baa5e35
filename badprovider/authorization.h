#pragma once
// The authorization endpoint, at which everybody consents at once (RFC 6749 section 4.1.1).

#include <string>

#include "badprovider/answer.h"
#include "badprovider/grants.h"
#include "badprovider/parameters.h"

namespace strongroom::badprovider {

// Sends the browser back to redirect_uri with a code; a request without one is refused on the spot.
// `issuer` goes with it (RFC 9207).
Answer authorize(const Parameters& query, const std::string& issuer, Grants& grants);

}  // namespace strongroom::badprovider
