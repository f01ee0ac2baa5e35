#pragma once
// Ranges of network addresses, for rooms that do not know http.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/address_policy.h"

namespace strongroom::oauth {

// Immutable, so threads may share it.
class AddressRanges {
 public:
  AddressRanges() = default;  // none: contains nothing

  // "10.0.0.0/8", "2001:db8::1". Errors: kInvalidArgument at `field` and the entry's index: no
  // address or range of them.
  static Result<AddressRanges> parse(const std::vector<std::string>& ranges,
                                     std::string_view field);

  // Whether `address`, as a request's peer is written, lies in one. False for what is no address.
  bool contains(std::string_view address) const;

 private:
  std::vector<http::AddressRange> ranges_;
};

}  // namespace strongroom::oauth
