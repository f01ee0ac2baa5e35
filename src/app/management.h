#pragma once
// /livez, /readyz and /metrics on a listener of their own, without TLS, on loopback.

#include <functional>
#include <string>
#include <vector>

#include "app/metrics.h"
#include "http/server.h"

namespace strongroom::app {

// One thing that must be well for the server to be ready.
struct HealthCheck {
  LiteralText name;               // "audit trail writable"
  std::function<bool()> is_well;  // cheap; called on an event loop
};

// GET /livez answers 200 while the event loop turns. GET /readyz answers 200 if every check is
// well, 503 otherwise; its body names each. GET /metrics answers what `collect` gathers.
http::Handler management_handler(std::vector<HealthCheck> checks,
                                 std::function<std::vector<Metric>()> collect);

}  // namespace strongroom::app
