#pragma once
// The control endpoint: JSON over plain HTTP, for this machine alone.
//
//   GET   /switches          all of them
//   PATCH /switches          {"fault": "hang_after", "fault_times": 1}
//   POST  /mint              {"client": "id", "scope": "api", "count": 1} -> {"tokens": [...]}
//   POST  /revoke            {"family": "f3"}
//   GET   /families          where each of them stands
//   GET   /truth             the log, one JSON object a line

#include "badprovider/answer.h"
#include "badprovider/grants.h"
#include "badprovider/switches.h"
#include "badprovider/truth.h"
#include "base/guarded.h"
#include "http/server.h"

namespace strongroom::badprovider {

// Safe to use from any thread.
class Control {
 public:
  // All of it must outlive this.
  Control(Grants& grants, Guarded<Switches>& switches, Truth& truth)
      : grants_(grants), switches_(switches), truth_(truth) {}

  Answer answer(const http::Request& request);

 private:
  Answer mint(const boost::json::object& wanted);

  Grants& grants_;
  Guarded<Switches>& switches_;
  Truth& truth_;
};

}  // namespace strongroom::badprovider
