#pragma once
// Where codes for another device are asked for: RFC 8628 section 3.1.

#include <string>
#include <string_view>

#include "base/result.h"
#include "catalogue/file_reader.h"
#include "catalogue/provider.h"
#include "catalogue/settings.h"

namespace strongroom::catalogue {

// What an entry says of it agrees with its grants. Its address is judged with the others.
void check_device_endpoint(const Provider& provider, Problems& problems);

// The address with everything filled in and encoded; empty: the entry has none, or one with a
// variable that has no value. Errors: as expand_token_endpoint.
Result<std::string> expand_device_endpoint(const Provider& provider, const Parameters& parameters,
                                           std::string_view tenant);
// The same for people to look at, as displayed_token_endpoint; never to be called.
std::string displayed_device_endpoint(const Provider& provider, const Parameters& parameters,
                                      std::string_view tenant);

}  // namespace strongroom::catalogue
