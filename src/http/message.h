#pragma once
// The words of HTTP that our server and our client share.

#include <ctime>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strongroom::http {

struct Header {
  std::string name;
  std::string value;
};

// RFC 9110 section 5.1: field names do not tell upper from lower case.
bool same_field_name(std::string_view a, std::string_view b);

// The value of the first header called `name`, or nullptr.
const std::string* find_header(const std::vector<Header>& headers, std::string_view name);

// "Tue, 24 Nov 2026 03:08:20 GMT" (RFC 9110 section 5.6.7).
std::string http_date(std::time_t time);

// Undoes percent-encoding (RFC 3986 section 2.1), and '+' for space where `plus_is_space`. False,
// with `out` unspecified, where a '%' is not followed by two hexadecimal digits.
bool percent_decode(std::string_view text, bool plus_is_space, std::string& out);

// application/x-www-form-urlencoded as RFC 6749 appendix B asks for it: UTF-8, unreserved
// characters as they are, space as '+', everything else as %XX.
std::string form_encode(std::string_view text);

}  // namespace strongroom::http
