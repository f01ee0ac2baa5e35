#pragma once
// Who asks, where proxies stand in between.
//
// A proxy says in X-Forwarded-For or Forwarded (RFC 7239) whose request it hands on, and so can
// everybody else. So these fields count only where the connection comes from a proxy that whoever
// runs the server named, and they give an address and nothing more: no host, no scheme, no name.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/address_policy.h"

namespace strongroom::http {

// Immutable once built; safe to use from any thread, and on any input.
class TrustedProxies {
 public:
  TrustedProxies() = default;  // nobody
  // ["192.0.2.7", "2001:db8::/64"]. Errors: kInvalidArgument for anything else, and for a range of
  // all addresses, with which everybody could claim to be anybody; the detail is the bad entry.
  static Result<TrustedProxies> parse(const std::vector<std::string>& entries);

  // Whether `address`, without a port, is one of them.
  bool contains(std::string_view address) const;

  // The address, without a port, of whoever sent a request that came from `peer`, which contains()
  // must be true of. `fields` are those of a head that was checked.
  //
  // Each proxy appends whom it had the request from, so both fields are read from their end: the
  // first address that is no proxy of ours is the answer, whatever stands before it. Where that way
  // ends at something that is no address ("unknown", "_hidden", garbage), it is the last address
  // before. Where both fields are there and do not agree, one of them is not the proxy's own, and
  // nobody can say which: then the answer is `peer`, as where there is neither.
  std::string client_of(std::string_view peer, std::string_view fields) const;

 private:
  bool contains(const IpAddress& address) const;
  // From `peer` along what proxies say whom they had the request from; nullopt: no address.
  IpAddress follow(const IpAddress& peer, const std::vector<std::optional<IpAddress>>& hops) const;

  std::vector<AddressRange> ranges_;
};

}  // namespace strongroom::http
