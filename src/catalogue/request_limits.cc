#include "catalogue/request_limits.h"

#include <cstdint>

#include <boost/json.hpp>

namespace strongroom::catalogue {

RequestLimitsById request_limits_of(const OwnEntries& own) {
  RequestLimitsById all;
  for_each_entry(own, [&all](std::string_view id, const boost::json::object& entry) {
    const boost::json::value* const limit = entry.if_contains("requests_per_minute");
    const std::int64_t* const number = limit == nullptr ? nullptr : limit->if_int64();
    if (number != nullptr && *number > 0) all.emplace(id, static_cast<std::size_t>(*number));
  });
  return all;
}

}  // namespace strongroom::catalogue
