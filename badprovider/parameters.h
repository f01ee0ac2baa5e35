#pragma once
// application/x-www-form-urlencoded, and whose client it is (RFC 6749 section 2.3.1).

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace strongroom::badprovider {

using Parameters = std::map<std::string, std::string, std::less<>>;

// "a=1&b=two+words". Of two with one name the last counts, as with careless providers; what is not
// well encoded is left out.
Parameters parse_form(std::string_view text);

// The value, or empty.
std::string value_of(const Parameters& parameters, std::string_view name);

// The client that a request names: by HTTP Basic, or by client_id in its form; empty: none. Any
// secret will do.
std::string client_of(std::string_view authorization, const Parameters& form);

}  // namespace strongroom::badprovider
