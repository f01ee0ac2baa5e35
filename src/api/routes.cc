#include "api/resources.h"

namespace strongroom::api {

std::vector<Route> all_routes(const Services& services) {
  std::vector<Route> routes;
  add_project_routes(services, routes);
  add_service_provider_routes(services, routes);
  add_target_system_routes(services, routes);
  add_client_certificate_routes(services, routes);
  add_target_system_test_route(services, routes);
  add_import_routes(services, routes);
  add_oauth_client_routes(services, routes);
  add_last_exchange_route(services, routes);
  add_authorization_routes(services, routes);
  add_connect_pages(services, routes);
  add_robot_routes(services, routes);
  add_robot_key_routes(services, routes);
  add_robot_identity_routes(services, routes);
  add_robot_access_routes(services, routes);
  add_extract_route(services, routes);
  add_belonging_routes(services, routes);
  add_kill_routes(services, routes);
  add_audit_event_routes(services, routes);
  add_api_key_routes(services, routes);
  add_user_routes(services, routes);
  add_group_routes(services, routes);
  add_role_routes(services, routes);
  add_single_sign_on_routes(services, routes);
  add_sign_on_pages(services, routes);
  add_session_routes(services, routes);
  add_public_url_routes(services, routes);
  add_ca_certificate_route(services, routes);
  add_contract_route(routes);
  return routes;
}

}  // namespace strongroom::api
