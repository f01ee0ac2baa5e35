#include "api/resources.h"

namespace strongroom::api {
namespace {

bool fits(Caller caller, Where where) {
  switch (caller) {
    case Caller::kAnybody:
      return where == Where::kNobody;
    case Caller::kSession:
      return where == Where::kSession;
    case Caller::kPerson:
      return where != Where::kNobody && where != Where::kSession && where != Where::kRobot;
  }
  return false;
}

// What a route needs, into it.
Status declare(Route& route) {
  route.need = find_need(route.method, route.pattern);
  const std::string name = std::string(route.method) + " " + std::string(route.pattern);
  if (!route.need) return Error{Code::kInternal, "A route does not say what it needs.", name};
  if (fits(route.caller, route.need->where)) return {};
  return Error{Code::kInternal, "A route's caller and what it needs do not fit.", name};
}

}  // namespace

Result<std::vector<Route>> all_routes(const Services& services) {
  std::vector<Route> routes;
  add_project_routes(services, routes);
  add_project_export_route(services, routes);
  add_service_provider_routes(services, routes);
  add_target_system_routes(services, routes);
  add_client_certificate_routes(services, routes);
  add_target_system_test_route(services, routes);
  add_import_routes(services, routes);
  add_oauth_client_routes(services, routes);
  add_exchange_routes(services, routes);
  add_authorization_routes(services, routes);
  add_connect_pages(services, routes);
  add_robot_routes(services, routes);
  add_robot_key_routes(services, routes);
  add_robot_identity_routes(services, routes);
  add_robot_input_routes(services, routes);
  add_server_setting_routes(services, routes);
  add_robot_access_routes(services, routes);
  add_extract_route(services, routes);
  add_belonging_routes(services, routes);
  add_secret_routes(services, routes);
  add_secret_access_routes(services, routes);
  add_kill_routes(services, routes);
  add_audit_event_routes(services, routes);
  add_audit_export_route(services, routes);
  add_audit_trail_routes(services, routes);
  add_attention_route(services, routes);
  add_api_key_routes(services, routes);
  add_user_routes(services, routes);
  add_sign_on_account_routes(services, routes);
  add_group_routes(services, routes);
  add_role_routes(services, routes);
  add_single_sign_on_routes(services, routes);
  add_sign_on_pages(services, routes);
  add_session_routes(services, routes);
  add_terminal_sign_in_routes(services, routes);
  add_second_factor_routes(services, routes);
  add_public_url_routes(services, routes);
  add_ca_certificate_route(services, routes);
  add_key_routes(services, routes);
  add_backup_routes(services, routes);
  add_notification_routes(services, routes);
  add_contract_route(routes);
  for (Route& route : routes) STRONGROOM_CHECK(declare(route));
  return routes;
}

}  // namespace strongroom::api
