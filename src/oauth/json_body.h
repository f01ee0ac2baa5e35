#pragma once
// The body of a token request, for providers that want JSON where RFC 6749 section 3.2 has a form.

#include <string_view>

#include "catalogue/wire_rules.h"
#include "http/client.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {

// What `form` holds, written as the provider reads it: a form, or one JSON object of texts with the
// same names. Every copy that is made on the way is wiped.
http::RequestBody body_of(const TokenForm& form, catalogue::BodyFormat format);

// The media type of such a body.
std::string_view media_type_of(catalogue::BodyFormat format);

}  // namespace strongroom::oauth
