#pragma once
// What would be right in the place of something that is wrong in a provider file, in plain words.
// Nothing of the file itself is in it.

#include <string>
#include <string_view>
#include <vector>

#include "catalogue/file_reader.h"

namespace strongroom::catalogue {

// "Needed: https:// and …".
std::string form_of(TextRule rule);

// The one of `known` that `text` was probably meant to be; empty: none is near.
std::string_view nearest(std::string_view text, const std::vector<std::string_view>& known);

// "Did you mean \"scopes\"?" where one of `known` is near, otherwise "Known here: a, b, c."
std::string known_here(std::string_view text, const std::vector<std::string_view>& known);

}  // namespace strongroom::catalogue
