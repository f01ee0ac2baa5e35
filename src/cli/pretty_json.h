#pragma once
// JSON for people and for version control: a member or element a line.

#include <string>

#include <boost/json/fwd.hpp>

namespace strongroom::cli {

// Indented by two spaces, with a line end behind it; small arrays of texts stay on a line.
std::string pretty(const boost::json::value& value);

}  // namespace strongroom::cli
