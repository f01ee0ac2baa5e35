#pragma once
// What a provider's entry says of the members of an answer that succeeded.

#include <vector>

#include <boost/json/fwd.hpp>

#include "catalogue/response_rules.h"

namespace strongroom::oauth {

// Whether every condition holds. Another type than the one that is asked for is another value.
bool hold(const std::vector<catalogue::SuccessMember>& conditions,
          const boost::json::object& answer);

}  // namespace strongroom::oauth
