#pragma once
// The address of a token endpoint, judged before anything is sent to it: RFC 6749 section 3.2.

#include <string>
#include <string_view>

#include "base/result.h"
#include "catalogue/settings.h"
#include "http/url.h"

namespace strongroom::oauth {

// Fills in the provider's template and judges what comes out. A query is kept. It is
// the one that a client goes to that authenticates by `method`: with mutual TLS the provider may
// have another one.
//
// Errors:
//   kInvalidArgument  as catalogue::expand_token_endpoint; not a URL; neither https nor, with
//                     `allow_plain_http`, http; a query that holds a parameter of OAuth's own
Result<http::Url> token_endpoint_for(const catalogue::Provider& provider,
                                     catalogue::ClientAuthentication method,
                                     const catalogue::Parameters& parameters,
                                     std::string_view tenant, bool allow_plain_http = false);

// The same of where refresh tokens are sent: the entry's refresh_endpoint, or the token endpoint.
Result<http::Url> refresh_endpoint_for(const catalogue::Provider& provider,
                                       catalogue::ClientAuthentication method,
                                       const catalogue::Parameters& parameters,
                                       std::string_view tenant, bool allow_plain_http = false);

// The token endpoint as text, for rooms that do not know http.
Result<std::string> token_endpoint_text(const catalogue::Provider& provider,
                                        catalogue::ClientAuthentication method,
                                        const catalogue::Parameters& parameters,
                                        std::string_view tenant);

}  // namespace strongroom::oauth
