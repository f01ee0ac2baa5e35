#include "app/permission_table.h"

#include <iostream>
#include <string>
#include <vector>

#include "api/grants_json.h"
#include "api/json_writer.h"
#include "api/need.h"
#include "identity/role.h"

namespace strongroom::app {
namespace {

void write_route(api::JsonWriter& json, const api::RouteNeed& route) {
  Permissions permissions;
  const bool takes_one =
      route.need.where != api::Where::kNobody && route.need.where != api::Where::kRobot &&
      route.need.where != api::Where::kSession && route.need.where != api::Where::kSignedIn;
  if (takes_one) permissions.add(route.need.permission);
  if (route.need.or_else) permissions.add(*route.need.or_else);
  Permissions also;
  if (route.need.also) also.add(*route.need.also);
  json.begin_object();
  json.member("method", route.method);
  json.member("pattern", route.pattern);
  json.member("where", api::name_of(route.need.where));
  api::write_permissions(json, "any_of", permissions);
  api::write_permissions(json, "also", also);
  json.member("own", route.need.own);
  json.member("step_up", route.need.step_up);
  json.end_object();
}

}  // namespace

int show_permissions() {
  api::JsonWriter json;
  json.begin_object();
  json.begin_array("routes");
  for (const api::RouteNeed& route : api::route_needs()) write_route(json, route);
  json.end_array();
  const auto methods = api::robot_methods();
  json.member("robot_methods", std::vector<std::string>(methods.begin(), methods.end()));
  json.begin_array("roles");
  for (const identity::Role& role : identity::built_in_roles()) {
    json.begin_object();
    json.member("name", role.name);
    api::write_permissions(json, "permissions", role.permissions);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  std::cout << json.take() << "\n";
  return 0;
}

}  // namespace strongroom::app
