#include "vault/belongings.h"

#include "api/people.h"
#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kUsers = "/api/v1/users";

Result<identity::User> find_user(const Services& services, const Call& call) {
  STRONGROOM_CHECK(need_people(call));
  STRONGROOM_TRY(const auto id, call.id<identity::UserId>(0));
  auto user = services.users.find(id);
  if (!user) return Call::not_found();
  return *std::move(user);
}

void write_list(JsonWriter& json, LiteralText name, const std::vector<vault::Belonging>& list) {
  json.begin_array(name);
  for (const vault::Belonging& one : list) {
    json.begin_object();
    json.member("id", one.id);
    json.member("name", one.name);
    json.member("project", one.project.is_nil() ? std::nullopt : std::optional(one.project));
    json.end_object();
  }
  json.end_array();
}

Result<http::Response> list(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto user, find_user(services, call));
  STRONGROOM_TRY(const auto all, services.belongings.of(call.actor(), {user.id.uuid, user.email}));
  JsonWriter json;
  json.begin_object();
  write_list(json, "target_systems", all.target_systems);
  write_list(json, "oauth_clients", all.oauth_clients);
  write_list(json, "secrets", all.secrets);
  write_list(json, "signed_in_for", all.signed_in_for);
  write_list(json, "authorized_by", all.authorized_by);
  json.end_object();
  return json_response(json.take());
}

// The new owner is another user, so that there is somebody to ask.
Result<vault::Owner> read_heir(const Services& services, const Call& call,
                               const identity::User& from) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  body.require("to");
  const auto text = body.text("to");
  STRONGROOM_CHECK(body.finish());
  const auto id = identity::UserId::parse(*text);
  const auto to = id ? services.users.find(*id) : std::nullopt;
  if (!to || to->id == from.id || to->disabled_at) {
    return Error{Code::kInvalidArgument, "There is no such other user, or not any more."}.at("/to");
  }
  if (to->email.empty()) {
    return Error{Code::kInvalidArgument,
                 "This user has no e-mail address, by which owners are "
                 "known."}
        .at("/to");
  }
  return vault::Owner{to->full_name.empty() ? to->name : to->full_name, to->email};
}

Result<http::Response> reassign(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto user, find_user(services, call));
  STRONGROOM_TRY(const auto owner, read_heir(services, call, user));
  STRONGROOM_TRY(const auto done,
                 services.belongings.reassign(call.actor(), {user.id.uuid, user.email}, owner));
  JsonWriter json;
  json.begin_object();
  json.member("target_systems", done.target_systems);
  json.member("oauth_clients", done.oauth_clients);
  json.member("secrets", done.secrets);
  json.end_object();
  return json_response(json.take());
}

}  // namespace

void add_belonging_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes, kUsers);
  add("GET", "/api/v1/users/{id}/belongings", &list);
  add("POST", "/api/v1/users/{id}/belongings/reassign", &reassign);
}

}  // namespace strongroom::api
