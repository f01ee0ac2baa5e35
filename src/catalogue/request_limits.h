#pragma once
// How many token requests a provider takes in a minute, as far as its entry knows. Apart from the
// Provider, which says how to ask for tokens: this is for the gates, and nobody asks differently.

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace strongroom::catalogue {

// By the provider's id; those whose entries do not say are not there.
using RequestLimitsById = std::map<std::string, std::size_t, std::less<>>;

// Of all built-in files and of those in `directory`; empty: there are none of one's own. Errors: as
// own_provider_files(), for files that Catalogue took before.
Result<RequestLimitsById> read_request_limits(std::string_view directory);

}  // namespace strongroom::catalogue
