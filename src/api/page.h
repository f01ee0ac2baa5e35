#pragma once
// The few pages that are no part of the console: no script, nothing from elsewhere, nothing that
// stays in a cache.

#include <string>
#include <string_view>

#include "http/server.h"

namespace strongroom::api {

// As text of an element or of an attribute in double quotes.
std::string html_escaped(std::string_view text);

// A whole page. `title` is text, `body` is HTML whose texts were escaped. Forms may only lead to
// this server, and from there to an https address.
http::Response page(std::string_view title, std::string_view body, int status = 200);

// What the pages look like, for the one path that has it.
inline constexpr std::string_view kStylePath = "/connect/style.css";
std::string_view page_style();

// The value of one cookie (RFC 6265 section 5.4); empty: it is not there.
std::string_view cookie_value(std::string_view cookie_header, std::string_view name);

}  // namespace strongroom::api
