#pragma once
// Comparing secrets in time that does not depend on where they differ.

#include <string_view>

namespace strongroom::crypto {

// Whether `a` and `b` are the same bytes. Their lengths are not hidden.
bool constant_time_equal(std::string_view a, std::string_view b);

}  // namespace strongroom::crypto
