#pragma once
// Reads what an entry says of answers that succeeded. For the parsers of token requests, of
// revocation and of verification.

#include <cstddef>
#include <string_view>
#include <vector>

#include "catalogue/file_reader.h"
#include "catalogue/response_rules.h"

namespace strongroom::catalogue {

// The conditions in the array `name` of `in`, at most five; none where it is absent.
std::vector<SuccessMember> read_success(ObjectReader& in, std::string_view name);

}  // namespace strongroom::catalogue
