#pragma once
// Pointing at a part of somebody's own JSON (RFC 6901), without repeating what they sent.

#include <string>
#include <string_view>

namespace strongroom {

// Whether a name that was sent may be repeated: at most 64 bytes of printable ASCII. A secret that
// was put in a name's place is longer, or is not worth more than what its sender knows.
bool can_be_shown(std::string_view name);

// `parent` + "/" + `name`, escaped. A name that cannot be shown is left out: then `parent` itself
// is the answer.
std::string pointer_to(std::string_view parent, std::string_view name);

}  // namespace strongroom
