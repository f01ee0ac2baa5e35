#pragma once
// The cookie that a browser shows its session with.

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/server.h"

namespace strongroom::api {

// With this prefix browsers take it only over TLS, for this host alone and the path /, so neither
// another host of the domain nor a page below some path can set it (RFC 6265bis section 4.1.3.2).
inline constexpr std::string_view kSessionCookie = "__Host-strongroom_session";

// The session's cookie in the value of a Cookie header (RFC 6265 section 4.2.1); empty: it is not
// there, or more than once, and nobody can tell which one counts.
std::string_view session_cookie(std::string_view cookie_header);

// The same of a request: empty, too, where there is an Authorization header, which counts alone.
std::string_view session_cookie(const http::Request& request);

// Values of Set-Cookie: sets it, until the browser is closed at the latest; and takes it back. No
// script reads it, and another site's page sends it only where a person follows a link.
std::string set_session_cookie(std::string_view value);
std::string clear_session_cookie();

// Whether a request changes nothing by its method (RFC 9110 section 9.2.1).
bool is_safe_method(std::string_view method);

// Errors: kPermissionDenied "cross_site_request": the browser says that a page of another site sent
// it (Fetch Metadata, Sec-Fetch-Site).
Status refuse_cross_site(const http::Request& request);

}  // namespace strongroom::api
