// Switches of the whole server.

#include "vault/server_settings.h"

#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/server-settings";

http::Response answer(const vault::ServerSettings& settings) {
  JsonWriter json;
  json.begin_object();
  json.member("basic_engine_robots_forbidden", settings.basic_engine_robots_forbidden);
  json.end_object();
  return json_response(json.take());
}

Result<http::Response> get_settings(const Services& services, const Call& call) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  STRONGROOM_CHECK(query.finish());
  STRONGROOM_TRY(const auto settings, services.server_switches.get(call.actor()));
  return answer(settings);
}

// What it says holds whatever was before, so there is no If-Match.
Result<http::Response> change_settings(const Services& services, const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kMergePatch));
  vault::ServerSettingsChange change;
  change.basic_engine_robots_forbidden = body.flag("basic_engine_robots_forbidden");
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto settings, services.server_switches.change(call.actor(), change));
  return answer(settings);
}

}  // namespace

void add_server_setting_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes, kPath);
  add("GET", kPath, &get_settings);
  add("PATCH", kPath, &change_settings);
}

}  // namespace strongroom::api
