#pragma once
// Names to addresses. One of the few things that a test replaces.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/address_policy.h"

struct sockaddr;

namespace strongroom::http {

class Resolver {
 public:
  virtual ~Resolver() = default;
  // All addresses of `host`, in the order of the system. May block. Safe from any thread.
  //
  // Errors:
  //   kUnavailable  no such name, or the name service did not answer
  virtual Result<std::vector<IpAddress>> resolve(const std::string& host) = 0;
};

// The address in a socket address of IPv4 or IPv6; nullopt for another family.
std::optional<IpAddress> address_of(const sockaddr* address);

// getaddrinfo(3).
class SystemResolver final : public Resolver {
 public:
  Result<std::vector<IpAddress>> resolve(const std::string& host) override;
};

}  // namespace strongroom::http
