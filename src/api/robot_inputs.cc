// What Basic Engine Robots take as input.

#include "vault/robot_inputs.h"

#include "api/read_id.h"
#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/robots/{id}/inputs";

http::Response answer(const vault::RobotInputs& inputs) {
  JsonWriter json;
  json.begin_object();
  json.begin_array("items");
  for (const vault::RobotInput& input : inputs.items) {
    json.begin_object();
    json.member("name", input.name);
    json.member("oauth_client", input.oauth_client);
    json.member("label", input.label);
    json.member("target_system", input.target_system);
    json.member("project", input.project);
    json.member("may_be_delivered", input.why_not.empty());
    if (input.why_not.empty()) {
      json.member("why_not", nullptr);
    } else {
      json.member("why_not", input.why_not);
    }
    json.end_object();
  }
  json.end_array();
  json.end_object();
  http::Response response = json_response(json.take());
  response.headers.push_back({"ETag", etag(inputs.revision)});
  return response;
}

Result<std::vector<vault::NewRobotInput>> read_inputs(const http::Request& request) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(request, BodyKind::kJson));
  body.require("items");
  std::vector<vault::NewRobotInput> inputs;
  body.objects("items", ObjectReader::kMostItems, [&](ObjectReader& item) {
    item.require("name");
    item.require("oauth_client");
    vault::NewRobotInput input;
    input.name = item.text("name").value_or("");
    input.oauth_client =
        read_id<vault::OAuthClientId>(item, "oauth_client").value_or(vault::OAuthClientId{});
    inputs.push_back(std::move(input));
  });
  STRONGROOM_CHECK(body.finish());
  return inputs;
}

Result<http::Response> get_inputs(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto robot, call.id<vault::RobotId>(0));
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  STRONGROOM_CHECK(query.finish());
  STRONGROOM_TRY(const auto inputs, services.robot_inputs.get(call.actor(), robot));
  return answer(inputs);
}

Result<http::Response> put_inputs(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto robot, call.id<vault::RobotId>(0));
  STRONGROOM_TRY(const auto wanted, read_inputs(call.request()));
  STRONGROOM_TRY(const auto before, services.robot_inputs.get(call.actor(), robot));
  STRONGROOM_CHECK(check_if_match(call.request().if_match, true, before.revision));
  STRONGROOM_TRY(const auto inputs,
                 services.robot_inputs.replace(call.actor(), robot, before.revision, wanted));
  return answer(inputs);
}

}  // namespace

void add_robot_input_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes, "/api/v1/robots");
  add("GET", kPath, &get_inputs);
  add("PUT", kPath, &put_inputs);
}

}  // namespace strongroom::api
