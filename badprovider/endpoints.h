#pragma once
// The authorization server's endpoints: metadata, authorization, token, revocation.

#include <cstdint>
#include <string>

#include "badprovider/answer.h"
#include "badprovider/grants.h"
#include "badprovider/parameters.h"
#include "badprovider/switches.h"
#include "base/guarded.h"
#include "http/server.h"

namespace strongroom::badprovider {

// Safe to use from any thread; token requests take as long as the switches say.
class Endpoints {
 public:
  // All of it must outlive this.
  Endpoints(Grants& grants, Guarded<Switches>& switches, const Clock& clock)
      : grants_(grants), switches_(switches), clock_(clock) {}

  // The origin that metadata and redirects name; set before anybody asks.
  void set_origin(std::string origin) { origin_ = std::move(origin); }

  // `connected_at`: when the connection began that the request came by.
  Answer answer(const http::Request& request, WallTime connected_at);

 private:
  Answer metadata() const;
  Answer token(const http::Request& request, WallTime connected_at);
  GrantOutcome grant(const Caller& caller, const Parameters& form, const Switches& switches);
  Answer processed(const Caller& caller, const Parameters& form, const Switches& switches);
  Switches take_fault();

  Grants& grants_;
  Guarded<Switches>& switches_;
  const Clock& clock_;
  std::string origin_;
  Guarded<std::size_t> next_drop_;  // where drop_at_byte is -1
};

}  // namespace strongroom::badprovider
