// The session of the person who signed in to the console.

#include <optional>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "api/error_response.h"
#include "api/grants_json.h"
#include "api/media_type.h"
#include "api/resource.h"
#include "api/resources.h"
#include "api/second_factor.h"
#include "api/session_cookie.h"
#include "base/json.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/session";
constexpr JsonLimits kPreferences{.max_bytes = std::size_t{16} * 1024, .max_depth = 16};

void write_server(JsonWriter& json, const ServerFacts& server) {
  json.begin_object("server");
  json.member("version", server.version);
  json.member("public_url", server.public_url());
  json.member("profile", server.profile);
  json.member("practice", server.practice);
  json.member("has_own_ca", server.has_own_ca);
  json.end_object();
}

// What the console may offer for one's own keys.
void write_key_policy(JsonWriter& json, const identity::ApiKeyPolicy& policy) {
  json.begin_object("api_key_policy");
  json.member("longest_days", policy.longest_days);
  json.member("may_never_expire", policy.may_never_expire);
  json.end_object();
}

// What it takes to show again who one is: all of these together.
std::vector<std::string_view> step_up_ways(const identity::SessionInfo& session) {
  if (!session.sign_on_provider.is_nil()) return {"single_sign_on"};
  if (!session.user.has_password) return {};
  if (session.user.has_second_factor) return {"password", "code"};
  return {"password"};
}

void write_proofs(JsonWriter& json, const Services& services,
                  const identity::SessionInfo& session) {
  json.member("has_second_factor", session.user.has_second_factor);
  write_second_factor(json, services, session.user.id);
  json.member("stepped_up_until", session.stepped_up_until);
  json.begin_array("step_up_ways");
  for (const std::string_view way : step_up_ways(session)) json.value(way);
  json.end_array();
  const bool is_signed_on = !session.sign_on_provider.is_nil();
  json.member("sign_on_provider",
              is_signed_on ? std::optional(session.sign_on_provider) : std::nullopt);
}

Result<http::Response> answer(const Services& services, const Call& call,
                              const identity::SessionInfo& session, std::string_view csrf_token) {
  STRONGROOM_TRY(const std::string preferences, services.users.preferences(session.user.id));
  JsonWriter json;
  json.begin_object();
  json.begin_object("user");
  json.member("id", session.user.id);
  json.member("name", session.user.name);
  json.member("full_name", session.user.full_name);
  json.member("email", session.user.email);
  json.end_object();
  vault::Actor actor = call.actor();
  actor.grants = services.rights.of(session.user.id);
  Names names(services, actor);
  write_grants(json, actor.grants, names);
  json.member("csrf_token", csrf_token);
  json.member("must_change_password",
              session.user.must_change_password && session.sign_on_provider.is_nil());
  write_proofs(json, services, session);
  json.member("idle_timeout_seconds",
              std::chrono::floor<Seconds>(services.sessions.limits().idle).count());
  json.member("idle_expires_at", session.idle_expires_at);
  json.member("expires_at", session.expires_at);
  json.raw_member("preferences", preferences);
  write_server(json, services.server);
  write_key_policy(json, services.api_keys.policy());
  json.end_object();
  http::Response response = json_response(json.take());
  response.secret = true;
  return response;
}

// The answer that a session begins with.
Result<http::Response> begin(const Services& services, const Call& call,
                             const identity::NewSession& session) {
  STRONGROOM_TRY(http::Response response, answer(services, call, session.info, session.csrf_token));
  response.headers.push_back({"Set-Cookie", set_session_cookie(session.key.reveal())});
  return response;
}

// The session as it is now.
Result<http::Response> show(const Services& services, const Call& call) {
  const auto session = services.sessions.info(call.signed_in().session);
  if (!session) return session_ended();
  const std::string_view cookie = session_cookie(call.request());
  return answer(services, call, *session, identity::Sessions::csrf_token(cookie));
}

Result<http::Response> sign_in(const Services& services, const Call& call) {
  STRONGROOM_CHECK(refuse_cross_site(call.request()));
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  body.require("user");
  body.require("password");
  const std::string user = body.text("user").value_or("");
  const SecretBytes password = body.secret("password").value_or(SecretBytes());
  const SecretBytes code = body.secret("code").value_or(SecretBytes());
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto session,
                 services.sign_in.sign_in(call.asker(), user, password.view(),
                                          session_cookie(call.request()), code.view()));
  return begin(services, call, session);
}

Result<http::Response> get(const Services& services, const Call& call) {
  return show(services, call);
}

Result<http::Response> sign_out(const Services& services, const Call& call) {
  STRONGROOM_CHECK(services.sign_in.sign_out(call.asker(), call.signed_in().session));
  http::Response response = json_response("", 204);
  response.headers.push_back({"Set-Cookie", clear_session_cookie()});
  return response;
}

Result<http::Response> change_password(const Services& services, const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  body.require("current_password");
  body.require("new_password");
  const SecretBytes current = body.secret("current_password").value_or(SecretBytes());
  const SecretBytes chosen = body.secret("new_password").value_or(SecretBytes());
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto session,
                 services.sign_in.change_password(call.asker(), {current.view(), chosen.view()}));
  return begin(services, call, session);
}

// Kept as they were sent: what they mean is the console's affair.
Result<http::Response> put_preferences(const Services& services, const Call& call) {
  const http::Request& request = call.request();
  if (!is_media_type(request.content_type, "application/json")) return unsupported_media_type();
  if (request.body.size() > kPreferences.max_bytes) {
    return Error{Code::kInvalidArgument, "Preferences have at most 16 KiB."};
  }
  STRONGROOM_TRY(const boost::json::value value, parse_json(request.body, kPreferences));
  if (!value.is_object()) return Error{Code::kInvalidArgument, "The body must be a JSON object."};
  STRONGROOM_CHECK(services.users.put_preferences(call.signed_in().user, request.body));
  return show(services, call);
}

}  // namespace

void add_session_routes(const Services& services, std::vector<Route>& routes) {
  const auto add = [&](std::string_view method, std::string_view pattern, Caller caller,
                       auto* handle) {
    routes.push_back(
        {method, pattern, kPath, caller, true,
         answering([&services, handle](const Call& call) { return handle(services, call); })});
  };
  add("POST", kPath, Caller::kAnybody, &sign_in);
  add("GET", kPath, Caller::kSession, &get);
  add("DELETE", kPath, Caller::kSession, &sign_out);
  add("POST", "/api/v1/session/password", Caller::kSession, &change_password);
  add("PUT", "/api/v1/session/preferences", Caller::kSession, &put_preferences);
}

}  // namespace strongroom::api
