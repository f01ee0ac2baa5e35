#include <algorithm>

#include "api/key_restrictions_json.h"
#include "api/list_request.h"
#include "api/object_reader.h"
#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/robots/{id}/keys";

// A body that is not there restricts nothing.
Result<vault::KeyRestrictions> read_body(const http::Request& request) {
  vault::KeyRestrictions restrictions;
  if (request.body.empty()) return restrictions;
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(request, BodyKind::kJson));
  restrictions = read_restrictions(body);
  STRONGROOM_CHECK(body.finish());
  return restrictions;
}

void write_use(JsonWriter& json, const vault::RobotKeyInfo& key) {
  json.raw_member("restrictions", key.restrictions);
  json.member("uses", key.uses);
  json.member("last_used_at", key.last_used_at);
  json.member("last_used_from", key.last_used_from);
}

Result<http::Response> list_keys(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto robot, call.id<vault::RobotId>(0));
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const PageRequest page = read_page(query);
  STRONGROOM_CHECK(query.finish());
  STRONGROOM_TRY(const auto keys, services.robots.list_keys(call.actor(), robot));
  const auto total = static_cast<std::int64_t>(keys.size());
  const std::int64_t begin = std::min(page.offset(), total);
  const std::int64_t end = begin + std::min(page.page_size, total - begin);
  JsonWriter json;
  begin_page(json);
  for (auto key = keys.begin() + begin; key != keys.begin() + end; ++key) {
    json.begin_object();
    json.member("id", key->id);
    json.member("robot", key->robot);
    json.member("created_at", key->created_at);
    json.member("revoked_at", key->revoked_at);
    write_use(json, *key);
    json.end_object();
  }
  end_page(json, total, page);
  return json_response(json.take());
}

Result<http::Response> create_key(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto robot, call.id<vault::RobotId>(0));
  STRONGROOM_TRY(const auto restrictions, read_body(call.request()));
  STRONGROOM_TRY(const auto made, services.robots.create_key(call.actor(), robot, restrictions));
  JsonWriter json;
  json.begin_object();
  json.member("id", made.info.id);
  json.member("robot", made.info.robot);
  json.member("key", made.key.reveal());
  json.member("created_at", made.info.created_at);
  json.raw_member("restrictions", made.info.restrictions);
  json.end_object();
  http::Response response = json_response(json.take(), 201);
  response.secret = true;
  response.headers.push_back(
      {"Location", "/api/v1/robots/" + robot.text() + "/keys/" + made.info.id.text()});
  return response;
}

Result<http::Response> revoke_key(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto robot, call.id<vault::RobotId>(0));
  STRONGROOM_TRY(const auto key, call.id<vault::RobotKeyId>(1));
  STRONGROOM_CHECK(services.robots.revoke_key(call.actor(), robot, key));
  return json_response("", 204);
}

}  // namespace

void add_robot_key_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes);
  add("GET", kPath, &list_keys);
  add("POST", kPath, &create_key);
  add("DELETE", "/api/v1/robots/{id}/keys/{key_id}", &revoke_key);
}

}  // namespace strongroom::api
