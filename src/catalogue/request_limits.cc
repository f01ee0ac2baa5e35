#include "catalogue/request_limits.h"

#include <cstdint>

#include <boost/json.hpp>

#include "catalogue/provider_files.h"

namespace strongroom::catalogue {

Result<RequestLimitsById> read_request_limits(std::string_view directory) {
  RequestLimitsById all;
  const auto take = [&all](std::string_view id, const boost::json::object& entry) {
    const boost::json::value* const limit = entry.if_contains("requests_per_minute");
    const std::int64_t* const number = limit == nullptr ? nullptr : limit->if_int64();
    if (number != nullptr && *number > 0) all.emplace(id, static_cast<std::size_t>(*number));
  };
  STRONGROOM_CHECK(for_each_entry(directory, take));
  return all;
}

}  // namespace strongroom::catalogue
