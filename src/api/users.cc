#include <algorithm>

#include "api/grants_json.h"
#include "api/list_request.h"
#include "api/people.h"
#include "api/resource.h"
#include "api/resources.h"
#include "identity/user_accounts.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/users";
constexpr std::string_view kPathWithId = "/api/v1/users/{id}";
constexpr std::string_view kReset = "/api/v1/users/{id}/reset-password";
constexpr std::string_view kSessions = "/api/v1/users/{id}/sessions";
constexpr std::string_view kSession = "/api/v1/users/{id}/sessions/{session}";
constexpr std::string_view kOwnSessions = "/api/v1/sessions";
constexpr std::string_view kOwnSession = "/api/v1/sessions/{id}";

void write_user_members(JsonWriter& json, const Services& services, const identity::User& user) {
  json.member("id", user.id);
  json.member("name", user.name);
  json.member("full_name", user.full_name);
  json.member("email", user.email);
  json.member("disabled", user.disabled_at.has_value());
  json.member("disabled_at", user.disabled_at);
  json.member("has_password", user.has_password);
  json.member("has_second_factor", user.has_second_factor);
  json.member("must_change_password", user.must_change_password);
  json.begin_array("groups");
  for (const identity::GroupId id : services.groups.groups_of(user.id)) {
    const auto group = services.groups.find(id);
    if (!group) continue;
    json.begin_object();
    json.member("id", id);
    json.member("name", group->name);
    json.end_object();
  }
  json.end_array();
  write_permissions(json, "own_permissions", user.permissions);
  json.member("created_at", user.created_at);
}

// What somebody has in projects that `reader` does not see is left out.
Grants seen_by(const Grants& reader, const Grants& grants) {
  Grants seen(grants.everywhere());
  for (const auto& [project, permissions] : grants.projects()) {
    if (reader.has(Permission::kView, project)) seen.add(project, permissions);
  }
  return seen;
}

http::Response answer(const Services& services, const Call& call, const identity::User& user) {
  JsonWriter json;
  json.begin_object();
  write_user_members(json, services, user);
  Names names(services, call.actor());
  json.begin_object("grants");
  write_grants(json, seen_by(call.actor().grants, services.rights.of(user.id)), names);
  json.end_object();
  json.end_object();
  return json_response(json.take());
}

Result<http::Response> list(const Services& services, const Call& call) {
  STRONGROOM_CHECK(need_people(call));
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const PageRequest request = read_page(query);
  const std::string filter = read_filter(query);
  STRONGROOM_CHECK(query.finish());
  const auto page = services.users.page(filter, static_cast<std::size_t>(request.offset()),
                                        static_cast<std::size_t>(request.page_size));
  JsonWriter json;
  begin_page(json);
  for (const identity::User& user : page.users) {
    json.begin_object();
    write_user_members(json, services, user);
    json.end_object();
  }
  end_page(json, static_cast<std::int64_t>(page.total), request);
  return json_response(json.take());
}

Result<identity::User> find(const Services& services, const Call& call) {
  STRONGROOM_CHECK(need_people(call));
  STRONGROOM_TRY(const auto id, call.id<identity::UserId>(0));
  auto user = services.users.find(id);
  if (!user) return Call::not_found();
  return *std::move(user);
}

Result<http::Response> get(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto user, find(services, call));
  return answer(services, call, user);
}

identity::UserFields read_fields(ObjectReader& body) {
  identity::UserFields fields;
  fields.name = body.text("name");
  fields.full_name = body.text_or_null("full_name");
  fields.email = body.text_or_null("email");
  fields.disabled = body.flag("disabled");
  return fields;
}

Result<http::Response> create(const Services& services, const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  body.require("name");
  const identity::UserFields fields = read_fields(body);
  const bool with_password = body.flag("password").value_or(true);
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto made,
                 services.user_accounts.create(call.asker(), fields, with_password));
  JsonWriter json;
  json.begin_object();
  write_user_members(json, services, made.user);
  if (made.password) {
    json.member("initial_password", made.password->reveal());
  } else {
    json.member("initial_password", nullptr);
  }
  json.end_object();
  http::Response response = json_response(json.take(), 201);
  response.secret = true;
  response.headers.push_back({"Location", std::string(kPath) + "/" + made.user.id.text()});
  return response;
}

Result<http::Response> update(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<identity::UserId>(0));
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kMergePatch));
  const identity::UserFields fields = read_fields(body);
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto user, services.user_accounts.update(call.asker(), id, fields));
  return answer(services, call, user);
}

Result<http::Response> remove(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<identity::UserId>(0));
  STRONGROOM_CHECK(services.user_accounts.remove(call.asker(), id));
  return json_response("", 204);
}

Result<http::Response> reset_password(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<identity::UserId>(0));
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto password, services.user_accounts.reset_password(call.asker(), id));
  JsonWriter json;
  json.begin_object();
  json.member("initial_password", password.reveal());
  json.end_object();
  http::Response response = json_response(json.take());
  response.secret = true;
  return response;
}

http::Response sessions_of(const Services& services, const Call& call, identity::UserId user) {
  JsonWriter json;
  json.begin_object();
  json.begin_array("items");
  for (const identity::SessionInfo& session : services.sessions.of(user)) {
    json.begin_object();
    json.member("id", session.id);
    json.member("created_at", session.created_at);
    json.member("idle_expires_at", session.idle_expires_at);
    json.member("expires_at", session.expires_at);
    json.member("is_this_one", session.id == call.signed_in().session);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json_response(json.take());
}

Result<http::Response> list_sessions(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto user, find(services, call));
  return sessions_of(services, call, user.id);
}

Result<http::Response> list_own_sessions(const Services& services, const Call& call) {
  return sessions_of(services, call, call.signed_in().user);
}

Result<http::Response> end_session(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<identity::UserId>(0));
  STRONGROOM_TRY(const auto session, call.id<identity::SessionId>(1));
  STRONGROOM_CHECK(services.user_accounts.end_session(call.asker(), id, session));
  return json_response("", 204);
}

Result<http::Response> end_sessions(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<identity::UserId>(0));
  STRONGROOM_CHECK(services.user_accounts.end_sessions(call.asker(), id));
  return json_response("", 204);
}

Result<http::Response> end_own_session(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto session, call.id<identity::SessionId>(0));
  STRONGROOM_CHECK(
      services.user_accounts.end_session(call.asker(), call.signed_in().user, session));
  return json_response("", 204);
}

}  // namespace

void add_user_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes, kPath);
  add("GET", kPath, &list);
  add("POST", kPath, &create);
  add("GET", kPathWithId, &get);
  add("PATCH", kPathWithId, &update);
  add("DELETE", kPathWithId, &remove);
  add("POST", kReset, &reset_password);
  add("GET", kSessions, &list_sessions);
  add("DELETE", kSessions, &end_sessions);
  add("DELETE", kSession, &end_session);
  add("GET", kOwnSessions, &list_own_sessions);
  add("DELETE", kOwnSession, &end_own_session);
}

}  // namespace strongroom::api
