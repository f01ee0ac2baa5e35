#pragma once
// Where in a token endpoint's answer things stand (catalogue/response_rules.h).

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "catalogue/response_rules.h"

namespace strongroom::oauth {

// The object that holds the members of RFC 6749 section 5.1: member in member, as `envelope` says.
// nullptr: one of them is not there or no object. Good as long as `answer` is.
const boost::json::object* within(const boost::json::object& answer,
                                  const std::vector<std::string>& envelope);

// A member that is there, or nullptr; null counts as absent.
const boost::json::value* member(const boost::json::object& answer, std::string_view name);
// The same by the entry's own name for it, which is `standard` where that is empty.
const boost::json::value* member(const boost::json::object& answer, std::string_view own,
                                 std::string_view standard);

}  // namespace strongroom::oauth
