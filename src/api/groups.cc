#include "identity/groups.h"

#include <algorithm>

#include "api/etag.h"
#include "api/grants_json.h"
#include "api/list_request.h"
#include "api/people.h"
#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/groups";
constexpr std::string_view kPathWithId = "/api/v1/groups/{id}";
constexpr std::string_view kMembers = "/api/v1/groups/{id}/members";
constexpr std::string_view kMember = "/api/v1/groups/{id}/members/{user}";
constexpr std::string_view kRoles = "/api/v1/groups/{id}/roles";
constexpr std::string_view kRole = "/api/v1/groups/{id}/roles/{role}";

void write_group_role(JsonWriter& json, const Services& services,
                      const identity::GroupRole& group_role, Names& names) {
  const auto role = services.roles.find(group_role.role);
  json.begin_object();
  json.member("id", group_role.id);
  json.begin_object("role");
  json.member("id", group_role.role);
  json.member("name", role ? role->name : std::string());
  json.end_object();
  if (group_role.project) {
    const vault::ProjectId project{*group_role.project};
    json.begin_object("project");
    json.member("id", project);
    json.member("name", names.of(project));
    json.end_object();
  } else {
    json.member("project", nullptr);
  }
  json.member("created_at", group_role.created_at);
  json.end_object();
}

// A role in a project that one may not see is not there, as nothing else of it is.
bool is_seen(const Call& call, const identity::GroupRole& role) {
  return !role.project || call.actor().grants.has(Permission::kView, *role.project);
}

void write_group(JsonWriter& json, const Services& services, const Call& call,
                 const identity::Group& group, Names& names) {
  json.begin_object();
  json.member("id", group.id);
  json.member("name", group.name);
  json.member("description", group.description);
  json.member("claim_value", group.claim_value);
  json.member("members", static_cast<std::int64_t>(group.members));
  json.begin_array("roles");
  for (const identity::GroupRole& role : group.roles) {
    if (is_seen(call, role)) write_group_role(json, services, role, names);
  }
  json.end_array();
  json.member("created_at", group.created_at);
  json.member("updated_at", group.updated_at);
  json.member("revision", group.revision);
  json.end_object();
}

http::Response answer(const Services& services, const Call& call, const identity::Group& group,
                      int status = 200) {
  Names names(services, call.actor());
  JsonWriter json;
  write_group(json, services, call, group, names);
  http::Response response = json_response(json.take(), status);
  response.headers.push_back({"ETag", etag(group.revision)});
  return response;
}

Result<identity::GroupFields> read_fields(const Call& call, BodyKind kind) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), kind));
  identity::GroupFields fields;
  if (kind == BodyKind::kJson) body.require("name");
  fields.name = body.text("name");
  fields.description = body.text_or_null("description");
  fields.claim_value = body.text_or_null("claim_value");
  STRONGROOM_CHECK(body.finish());
  return fields;
}

Result<http::Response> list(const Services& services, const Call& call) {
  STRONGROOM_CHECK(need_people(call));
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const PageRequest request = read_page(query);
  const std::string filter = read_filter(query);
  STRONGROOM_CHECK(query.finish());
  std::vector<identity::Group> groups = services.groups.all();
  keep_named(groups, filter, [](const auto& group) { return group.name; });
  Names names(services, call.actor());
  JsonWriter json;
  begin_page(json);
  for (const auto& group : page_of(groups, request)) {
    write_group(json, services, call, group, names);
  }
  end_page(json, static_cast<std::int64_t>(groups.size()), request);
  return json_response(json.take());
}

Result<identity::Group> find(const Services& services, const Call& call) {
  STRONGROOM_CHECK(need_people(call));
  STRONGROOM_TRY(const auto id, call.id<identity::GroupId>(0));
  auto group = services.groups.find(id);
  if (!group) return Call::not_found();
  return *std::move(group);
}

Result<http::Response> get(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto group, find(services, call));
  return answer(services, call, group);
}

Result<http::Response> create(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto fields, read_fields(call, BodyKind::kJson));
  STRONGROOM_TRY(const auto group, services.groups.create(call.asker(), fields));
  http::Response response = answer(services, call, group, 201);
  response.headers.push_back({"Location", std::string(kPath) + "/" + group.id.text()});
  return response;
}

Result<http::Response> update(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto current, find(services, call));
  STRONGROOM_TRY(const auto fields, read_fields(call, BodyKind::kMergePatch));
  STRONGROOM_CHECK(check_if_match(call.request().if_match, true, current.revision));
  STRONGROOM_TRY(const auto group,
                 services.groups.update(call.asker(), current.id, current.revision, fields));
  return answer(services, call, group);
}

Result<http::Response> remove(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<identity::GroupId>(0));
  STRONGROOM_CHECK(services.groups.remove(call.asker(), id));
  return json_response("", 204);
}

Result<http::Response> list_members(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto group, find(services, call));
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const PageRequest request = read_page(query);
  STRONGROOM_CHECK(query.finish());
  const auto members = services.groups.members(group.id);
  JsonWriter json;
  begin_page(json);
  for (const auto& member : page_of(members, request)) {
    const auto user = services.users.find(member.user);
    json.begin_object();
    json.begin_object("user");
    json.member("id", member.user);
    json.member("name", user ? user->name : std::string());
    json.end_object();
    json.member("local", member.is_local);
    json.member("by_single_sign_on", member.is_by_sign_on);
    json.end_object();
  }
  end_page(json, static_cast<std::int64_t>(members.size()), request);
  return json_response(json.take());
}

Result<http::Response> add_member(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<identity::GroupId>(0));
  STRONGROOM_TRY(const auto user, call.id<identity::UserId>(1));
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_CHECK(services.groups.add_member(call.asker(), id, user));
  return json_response("", 204);
}

Result<http::Response> remove_member(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<identity::GroupId>(0));
  STRONGROOM_TRY(const auto user, call.id<identity::UserId>(1));
  STRONGROOM_CHECK(services.groups.remove_member(call.asker(), id, user));
  return json_response("", 204);
}

// A role by its id or its name.
Result<identity::RoleId> find_role(const Services& services, const std::string& text) {
  if (const auto id = identity::RoleId::parse(text)) return *id;
  if (const auto role = services.roles.find(text)) return role->id;
  return Error{Code::kInvalidArgument, "There is no such role."}.at("/role");
}

Result<http::Response> grant_role(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<identity::GroupId>(0));
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  body.require("role");
  const std::string role_text = body.text("role").value_or("");
  const bool is_everywhere = body.take_null("project");
  const auto project_text = is_everywhere ? std::nullopt : body.text("project");
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto role, find_role(services, role_text));
  std::optional<Uuid> project;
  if (project_text) {
    STRONGROOM_TRY(const auto found,
                   find_project(services, call.actor(), *project_text, "/project"));
    if (!services.projects.get(call.actor(), found)) {
      return Error{Code::kInvalidArgument, "There is no such project."}.at("/project");
    }
    project = found.uuid;
  }
  STRONGROOM_TRY(const auto granted, services.groups.grant(call.asker(), id, role, project));
  Names names(services, call.actor());
  JsonWriter json;
  write_group_role(json, services, granted, names);
  return json_response(json.take(), 201);
}

Result<http::Response> revoke_role(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<identity::GroupId>(0));
  STRONGROOM_TRY(const auto role, call.id<identity::GroupRoleId>(1));
  STRONGROOM_CHECK(services.groups.revoke(call.asker(), id, role));
  return json_response("", 204);
}

}  // namespace

void add_group_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes, kPath);
  add("GET", kPath, &list);
  add("POST", kPath, &create);
  add("GET", kPathWithId, &get);
  add("PATCH", kPathWithId, &update);
  add("DELETE", kPathWithId, &remove);
  add("GET", kMembers, &list_members);
  add("PUT", kMember, &add_member);
  add("DELETE", kMember, &remove_member);
  add("POST", kRoles, &grant_role);
  add("DELETE", kRole, &revoke_role);
}

}  // namespace strongroom::api
