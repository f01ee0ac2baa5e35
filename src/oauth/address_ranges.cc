#include "oauth/address_ranges.h"

#include <algorithm>

namespace strongroom::oauth {

Result<AddressRanges> AddressRanges::parse(const std::vector<std::string>& ranges,
                                           std::string_view field) {
  AddressRanges parsed;
  for (const std::string& text : ranges) {
    const auto range = http::AddressRange::parse(text);
    if (!range) {
      return Error{Code::kInvalidArgument, "This is neither an address nor a range of them."}.at(
          std::string(field) + "/" + std::to_string(parsed.ranges_.size()));
    }
    parsed.ranges_.push_back(*range);
  }
  return parsed;
}

bool AddressRanges::contains(std::string_view address) const {
  const auto parsed = http::IpAddress::parse(address);
  return parsed && std::ranges::any_of(ranges_, [&](const http::AddressRange& range) {
           return range.contains(*parsed);
         });
}

}  // namespace strongroom::oauth
