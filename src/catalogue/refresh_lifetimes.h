#pragma once
// What ends a provider's refresh tokens, as far as its entry knows. Apart from the Provider, which
// says how to ask for tokens: nobody asks differently because of this, it is for forecasts.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "catalogue/provider_files.h"

namespace strongroom::catalogue {

struct RefreshLifetimes {
  std::optional<Seconds> idle = {};      // since it was used last; nullopt: not known, or for ever
  std::optional<Seconds> absolute = {};  // since somebody signed in, however often it is used
  bool stated_is_absolute = false;       // of what an answer states no use makes more
};

// Of the text of a file that parse_provider() takes.
RefreshLifetimes parse_refresh_lifetimes(std::string_view text);

using RefreshLifetimesById = std::map<std::string, RefreshLifetimes, std::less<>>;
// Of the built-in entries and of `own`, which Catalogue took before, by the provider's id.
RefreshLifetimesById refresh_lifetimes_of(const OwnEntries& own);

}  // namespace strongroom::catalogue
