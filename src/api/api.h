#pragma once
// The REST API: everything below /api/v1/.

#include <functional>

#include "api/failed_attempts.h"
#include "api/router.h"
#include "api/services.h"

namespace strongroom::api {

// What the look-up route, the clock and the threads are, besides the services.
struct ApiParts {
  Services services;
  // GET /api/v1/lookup/oauth-clients and …/{id}: runs on the event loop and answers by itself.
  RawHandler lookup;
  Executor workers;                      // bounded; false from it means 503
  std::function<Uuid()> new_request_id;  // called from any thread
  const Clock& clock;                    // outlives the API, as does `log`
  Log& log;
  FailedAttempts::Limit failed_attempts = {};
};

// Safe to use from any thread. Must outlive the server that it handles requests for, and the tasks
// that it gave to the workers.
class Api {
 public:
  explicit Api(ApiParts parts);
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  // An http::Handler: [&api](const auto& request, auto responder) { api.handle(request,
  // std::move(responder)); }
  void handle(const http::Request& request, http::Responder responder) {
    router_.handle(request, std::move(responder));
  }

  RouterCounters counters() const { return router_.counters(); }

 private:
  Services services_;
  FailedAttempts failed_attempts_;
  Router router_;
};

// Every route that answers through a Call. `services` must outlive them.
std::vector<Route> all_routes(const Services& services);

}  // namespace strongroom::api
