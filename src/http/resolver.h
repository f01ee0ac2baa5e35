#pragma once
// Names to addresses. One of the six things that a test replaces.

#include <string>
#include <vector>

#include "base/result.h"
#include "http/address_policy.h"

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

// getaddrinfo(3).
class SystemResolver final : public Resolver {
 public:
  Result<std::vector<IpAddress>> resolve(const std::string& host) override;
};

}  // namespace strongroom::http
