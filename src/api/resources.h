#pragma once
// The routes of each resource; one .cc file each.

#include <vector>

#include "api/router.h"
#include "api/services.h"

namespace strongroom::api {

// Every route that answers through a Call: all but the look-up's. `services` must outlive them.
// Errors: kInternal, a route is not declared in need.cc, or says another caller than there.
Result<std::vector<Route>> all_routes(const Services& services);

void add_project_routes(const Services& services, std::vector<Route>& routes);
void add_project_export_route(const Services& services, std::vector<Route>& routes);
void add_service_provider_routes(const Services& services, std::vector<Route>& routes);
void add_target_system_routes(const Services& services, std::vector<Route>& routes);
void add_client_certificate_routes(const Services& services, std::vector<Route>& routes);
void add_target_system_test_route(const Services& services, std::vector<Route>& routes);
void add_exchange_routes(const Services& services, std::vector<Route>& routes);
void add_import_routes(const Services& services, std::vector<Route>& routes);
void add_oauth_client_routes(const Services& services, std::vector<Route>& routes);
void add_robot_routes(const Services& services, std::vector<Route>& routes);
void add_robot_key_routes(const Services& services, std::vector<Route>& routes);
void add_robot_identity_routes(const Services& services, std::vector<Route>& routes);
void add_robot_input_routes(const Services& services, std::vector<Route>& routes);
void add_server_setting_routes(const Services& services, std::vector<Route>& routes);
void add_robot_access_routes(const Services& services, std::vector<Route>& routes);
void add_extract_route(const Services& services, std::vector<Route>& routes);
void add_belonging_routes(const Services& services, std::vector<Route>& routes);
void add_secret_routes(const Services& services, std::vector<Route>& routes);
void add_secret_access_routes(const Services& services, std::vector<Route>& routes);
void add_kill_routes(const Services& services, std::vector<Route>& routes);
void add_audit_event_routes(const Services& services, std::vector<Route>& routes);
void add_audit_trail_routes(const Services& services, std::vector<Route>& routes);
void add_audit_export_route(const Services& services, std::vector<Route>& routes);
void add_attention_route(const Services& services, std::vector<Route>& routes);
void add_api_key_routes(const Services& services, std::vector<Route>& routes);
void add_authorization_routes(const Services& services, std::vector<Route>& routes);
void add_connect_pages(const Services& services, std::vector<Route>& routes);
void add_user_routes(const Services& services, std::vector<Route>& routes);
void add_group_routes(const Services& services, std::vector<Route>& routes);
void add_role_routes(const Services& services, std::vector<Route>& routes);
void add_sign_on_account_routes(const Services& services, std::vector<Route>& routes);
void add_single_sign_on_routes(const Services& services, std::vector<Route>& routes);
void add_sign_on_pages(const Services& services, std::vector<Route>& routes);
void add_session_routes(const Services& services, std::vector<Route>& routes);
void add_terminal_sign_in_routes(const Services& services, std::vector<Route>& routes);
void add_second_factor_routes(const Services& services, std::vector<Route>& routes);
void add_public_url_routes(const Services& services, std::vector<Route>& routes);
void add_ca_certificate_route(const Services& services, std::vector<Route>& routes);
void add_key_routes(const Services& services, std::vector<Route>& routes);
void add_notification_routes(const Services& services, std::vector<Route>& routes);
void add_backup_routes(const Services& services, std::vector<Route>& routes);
void add_contract_route(std::vector<Route>& routes);

// A client as GET answers it.
http::Response oauth_client_response(const Services& services, const Call& call,
                                     const vault::OAuthClient& client);

}  // namespace strongroom::api
