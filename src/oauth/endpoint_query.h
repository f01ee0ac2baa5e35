#pragma once
// The query that an endpoint's address has already: RFC 6749 sections 3.1 and 3.2.

#include <functional>
#include <string_view>

namespace strongroom::oauth {

// Whether a parameter in `query` has a name that `is_taken`, or cannot be decoded. Such an address
// would say the parameter twice.
bool clashes(std::string_view query, const std::function<bool(std::string_view)>& is_taken);

}  // namespace strongroom::oauth
