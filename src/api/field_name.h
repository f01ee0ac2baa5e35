#pragma once
// Pointing at a part of the caller's own request.

#include <string>
#include <string_view>

namespace strongroom::api {

// `parent` + "/" + `name` as a JSON pointer (RFC 6901). A name that is longer than 64 bytes or has
// other than printable ASCII characters is left out, so that a pointer cannot carry what was sent
// in a name's place: then `parent` itself is the answer.
std::string pointer_to(std::string_view parent, std::string_view name);

// The same for a query parameter: its name, or empty.
std::string parameter_name(std::string_view name);

}  // namespace strongroom::api
