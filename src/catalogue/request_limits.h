#pragma once
// How many token requests a provider takes in a minute, as far as its entry knows. Apart from the
// Provider, which says how to ask for tokens: this is for the gates, and nobody asks differently.

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "catalogue/provider_files.h"

namespace strongroom::catalogue {

// By the provider's id; those whose entries do not say are not there.
using RequestLimitsById = std::map<std::string, std::size_t, std::less<>>;

// Of the built-in entries and of `own`, which Catalogue took before.
RequestLimitsById request_limits_of(const OwnEntries& own);

}  // namespace strongroom::catalogue
