#include "api/registrations.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/json_writer.h"
#include "api/need.h"
#include "api/object_reader.h"
#include "api/resource.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kCollection = "/api/v1/target-systems";
constexpr std::string_view kRegistration = "/api/v1/target-systems/{id}/registration";
constexpr std::string_view kDocument = "/oauth-clients/{id}/client.json";

void write(JsonWriter& json, const vault::Registration& one) {
  json.begin_object("registration");
  json.member("way", to_text(one.way));
  json.member("issuer", one.issuer);
  json.member("client_id", one.client_id);
  json.member("is_in_use", one.is_in_use);
  json.member("is_managed", one.is_managed);
  json.member("secret_expires_at", one.secret_expires_at);
  json.member("created_at", one.created_at);
  json.member("renewed_at", one.renewed_at);
  json.member("failure", one.failure);
  json.end_object();
}

// What a target system's registration is by now.
Result<http::Response> answer_with(vault::Registrations& registrations, const Call& call,
                                   vault::TargetSystemId id, int status) {
  STRONGROOM_TRY(const auto found, registrations.get(call.actor(), id));
  JsonWriter json;
  json.begin_object();
  if (found) {
    write(json, *found);
  } else {
    json.member("registration", nullptr);
  }
  json.end_object();
  return json_response(json.take(), status);
}

Result<http::Response> show(vault::Registrations& registrations, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::TargetSystemId>(0));
  return answer_with(registrations, call, id, 200);
}

Result<http::Response> enroll(vault::Registrations& registrations, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::TargetSystemId>(0));
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  vault::Registrations::Wish wish;
  if (const auto token = body.secret("initial_access_token")) {
    wish.initial_access_token.emplace(token->view());
  }
  wish.replace = body.flag("replace").value_or(false);
  if (const auto way = body.text("way")) {
    wish.way = vault::registration_way_from_text(*way);
    if (!wish.way) body.refuse("way", "This must be document or dynamic.");
  }
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_CHECK(registrations.enroll(call.actor(), id, std::move(wish)));
  return answer_with(registrations, call, id, 201);
}

Result<http::Response> end(vault::Registrations& registrations, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::TargetSystemId>(0));
  STRONGROOM_TRY(const bool is_gone, registrations.end(call.actor(), id));
  JsonWriter json;
  json.begin_object();
  json.member("left_at_provider", !is_gone);
  json.end_object();
  return json_response(json.take());
}

// Whoever asks learns of an id that is no document's as little as of one that nobody has.
Result<http::Response> document(vault::Registrations& registrations, const Call& call) {
  const Error none{Code::kNotFound, "There is no such document."};
  const auto id = call.id<vault::TargetSystemId>(0);
  if (!id) return none;
  auto text = registrations.document(*id);
  if (!text && text.error().code == Code::kNotFound) return none;
  if (!text) return std::move(text).error();
  http::Response response;
  response.body = *std::move(text);
  response.content_type = "application/json";
  response.headers.push_back({"Cache-Control", "public, max-age=300"});
  return response;
}

using Handle = Result<http::Response>(vault::Registrations& registrations, const Call& call);

Status add(vault::Registrations& registrations, std::vector<Route>& routes, Route route,
           Handle* handle) {
  route.handle =
      answering([&registrations, handle](const Call& call) { return handle(registrations, call); });
  route.need = find_need(route.method, route.pattern);
  if (!route.need) {
    return Error{Code::kInternal, "A route does not say what it needs.",
                 std::string(route.pattern)};
  }
  routes.push_back(std::move(route));
  return {};
}

}  // namespace

Status add_registration_routes(vault::Registrations& registrations, std::vector<Route>& routes) {
  const auto route = [](std::string_view method) {
    return Route{method, kRegistration, kCollection, Caller::kPerson, true, {}};
  };
  STRONGROOM_CHECK(add(registrations, routes, route("GET"), show));
  STRONGROOM_CHECK(add(registrations, routes, route("POST"), enroll));
  STRONGROOM_CHECK(add(registrations, routes, route("DELETE"), end));
  return add(registrations, routes, {"GET", kDocument, {}, Caller::kAnybody, true, {}}, document);
}

}  // namespace strongroom::api
