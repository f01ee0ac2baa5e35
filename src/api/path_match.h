#pragma once
// Whether a path is an instance of a pattern such as "/api/v1/robots/{id}/keys".

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "api/call.h"

namespace strongroom::api {

// What stands where the pattern has {…}, still percent-encoded; nullopt: no match. A parameter is
// one segment and never empty. Everything else matches byte by byte: a path that encodes what needs
// no encoding is another path. Allocates nothing.
using RawParameters = std::array<std::string_view, PathParameters::kMost>;
std::optional<RawParameters> match_path(std::string_view pattern, std::string_view path);

// The parameters decoded. Errors: kInvalidArgument: bad percent-encoding, not UTF-8, or a control
// character in it.
Result<PathParameters> decode_parameters(const RawParameters& raw);

}  // namespace strongroom::api
