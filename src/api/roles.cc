#include "identity/roles.h"

#include "api/etag.h"
#include "api/grants_json.h"
#include "api/list_request.h"
#include "api/people.h"
#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/roles";
constexpr std::string_view kPathWithId = "/api/v1/roles/{id}";

void write_role(JsonWriter& json, const identity::Role& role) {
  json.begin_object();
  json.member("id", role.id);
  json.member("name", role.name);
  json.member("description", role.description);
  write_permissions(json, "permissions", role.permissions);
  json.member("built_in", role.is_built_in);
  json.member("created_at", role.is_built_in ? std::nullopt : std::optional(role.created_at));
  json.member("updated_at", role.is_built_in ? std::nullopt : std::optional(role.updated_at));
  json.member("revision", role.revision);
  json.end_object();
}

http::Response answer(const identity::Role& role, int status = 200) {
  JsonWriter json;
  write_role(json, role);
  http::Response response = json_response(json.take(), status);
  response.headers.push_back({"ETag", etag(role.revision)});
  return response;
}

Result<identity::RoleFields> read_fields(const Call& call, BodyKind kind) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), kind));
  identity::RoleFields fields;
  if (kind == BodyKind::kJson) {
    body.require("name");
    body.require("permissions");
  }
  fields.name = body.text("name");
  fields.description = body.text_or_null("description");
  fields.permissions = read_permissions(body);
  STRONGROOM_CHECK(body.finish());
  return fields;
}

// What roles allow is no secret among those who have one.
Result<http::Response> list(const Services& services, const Call& call) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const PageRequest page = read_page(query);
  const std::string filter = read_filter(query);
  STRONGROOM_CHECK(query.finish());
  std::vector<identity::Role> roles = services.roles.all();
  keep_named(roles, filter, [](const auto& role) { return role.name; });
  JsonWriter json;
  begin_page(json);
  for (const auto& role : page_of(roles, page)) write_role(json, role);
  end_page(json, static_cast<std::int64_t>(roles.size()), page);
  return json_response(json.take());
}

Result<http::Response> get(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<identity::RoleId>(0));
  const auto role = services.roles.find(id);
  if (!role) return Call::not_found();
  return answer(*role);
}

Result<http::Response> create(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto fields, read_fields(call, BodyKind::kJson));
  STRONGROOM_TRY(const auto role, services.roles.create(call.asker(), fields));
  http::Response response = answer(role, 201);
  response.headers.push_back({"Location", std::string(kPath) + "/" + role.id.text()});
  return response;
}

Result<http::Response> update(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<identity::RoleId>(0));
  STRONGROOM_TRY(const auto fields, read_fields(call, BodyKind::kMergePatch));
  const auto current = services.roles.find(id);
  if (!current) return Call::not_found();
  STRONGROOM_CHECK(check_if_match(call.request().if_match, true, current->revision));
  STRONGROOM_TRY(const auto role,
                 services.roles.update(call.asker(), id, current->revision, fields));
  return answer(role);
}

Result<http::Response> remove(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<identity::RoleId>(0));
  STRONGROOM_CHECK(services.roles.remove(call.asker(), id));
  return json_response("", 204);
}

}  // namespace

void add_role_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes, kPath);
  add("GET", kPath, &list);
  add("POST", kPath, &create);
  add("GET", kPathWithId, &get);
  add("PATCH", kPathWithId, &update);
  add("DELETE", kPathWithId, &remove);
}

}  // namespace strongroom::api
