#include "api/api.h"

#include <utility>

#include "api/resources.h"

namespace strongroom::api {

std::vector<Route> all_routes(const Services& services) {
  std::vector<Route> routes;
  add_project_routes(services, routes);
  add_service_provider_routes(services, routes);
  add_target_system_routes(services, routes);
  add_oauth_client_routes(services, routes);
  add_robot_routes(services, routes);
  add_robot_key_routes(services, routes);
  add_robot_access_routes(services, routes);
  add_audit_event_routes(services, routes);
  add_api_key_routes(services, routes);
  add_contract_route(routes);
  return routes;
}

Api::Api(ApiParts parts)
    : services_(parts.services),
      failed_attempts_(parts.clock, parts.failed_attempts),
      router_({.raw_routes = {{"GET", "/api/v1/lookup/oauth-clients", parts.lookup},
                              {"GET", "/api/v1/lookup/oauth-clients/{id}", parts.lookup}},
               .routes = all_routes(services_),
               .api_keys = services_.api_keys,
               .failed_attempts = failed_attempts_,
               .workers = std::move(parts.workers),
               .new_request_id = std::move(parts.new_request_id),
               .log = parts.log}) {}

}  // namespace strongroom::api
