// Signing in from a terminal (RFC 8628): what the terminal asks, and what the person answers.

#include "identity/terminal_sign_ins.h"

#include "api/grants_json.h"
#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/terminal-sign-ins";
constexpr std::string_view kPathOfOne = "/api/v1/terminal-sign-ins/{user_code}";
constexpr std::string_view kPage = "/account/terminal";

std::string_view text_of(identity::TerminalState state) {
  switch (state) {
    case identity::TerminalState::kWaiting:
      return "waiting";
    case identity::TerminalState::kApproved:
      return "approved";
    case identity::TerminalState::kDenied:
      return "denied";
  }
  return "";
}

// A session is enough for these routes, but not one that a password begins which somebody else
// knows.
Status need_own_password(const Call& call) {
  if (!call.signed_in().must_change_password) return {};
  return Error{Code::kPermissionDenied, "Change the password first.", {}, "password_change_needed"};
}

// RFC 8628 section 3.2.
Result<http::Response> start(const Services& services, const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  const std::string host = body.text("host").value_or("");
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto begun, services.terminal_sign_ins.start(host, call.request().peer));
  const std::string page = services.server.public_url() + std::string(kPage);
  JsonWriter json;
  json.begin_object();
  json.member("device_code", begun.device_code.reveal());
  json.member("user_code", begun.user_code);
  json.member("verification_uri", page);
  json.member("verification_uri_complete", page + "?code=" + begun.user_code);
  json.member("expires_in",
              std::chrono::floor<Seconds>(identity::TerminalSignIns::kLifetime).count());
  json.member("interval", identity::TerminalSignIns::kInterval.count());
  json.end_object();
  http::Response response = json_response(json.take());
  response.secret = true;
  return response;
}

// RFC 8628 section 3.4: what the terminal asks again and again.
Result<http::Response> collect(const Services& services, const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  body.require("device_code");
  const SecretBytes device_code = body.secret("device_code").value_or(SecretBytes());
  STRONGROOM_CHECK(body.finish());
  identity::Asker asker = call.asker();
  asker.request_id = call.request_id().text();
  asker.peer = call.request().peer;
  STRONGROOM_TRY(const auto made, services.terminal_sign_ins.collect(device_code.view(), asker));
  JsonWriter json;
  json.begin_object();
  json.member("api_key", made.key.reveal());
  json.member("api_key_id", made.info.id);
  json.begin_object("user");
  json.member("id", made.info.user);
  json.member("name", made.info.user_name);
  json.end_object();
  json.member("name", made.info.name);
  json.member("expires_at", made.info.expires_at);
  json.end_object();
  http::Response response = json_response(json.take());
  response.secret = true;
  return response;
}

Result<http::Response> get(const Services& services, const Call& call) {
  STRONGROOM_CHECK(need_own_password(call));
  STRONGROOM_TRY(const auto found, services.terminal_sign_ins.find(call.asker(), call.path(0)));
  JsonWriter json;
  json.begin_object();
  json.member("user_code", found.user_code);
  json.member("host", found.host);
  json.member("address", found.address);
  json.member("started_at", found.started_at);
  json.member("expires_at", found.expires_at);
  json.member("state", text_of(found.state));
  json.end_object();
  return json_response(json.take());
}

Result<http::Response> approve(const Services& services, const Call& call) {
  STRONGROOM_CHECK(need_own_password(call));
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  identity::TerminalApproval approval;
  approval.days = body.number("expires_in_days").value_or(approval.days);
  approval.permissions = read_permissions(body);
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_CHECK(services.terminal_sign_ins.approve(call.asker(), call.path(0), approval));
  return json_response("", 204);
}

Result<http::Response> deny(const Services& services, const Call& call) {
  STRONGROOM_CHECK(need_own_password(call));
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_CHECK(services.terminal_sign_ins.deny(call.asker(), call.path(0)));
  return json_response("", 204);
}

}  // namespace

void add_terminal_sign_in_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes);
  add("POST", kPath, &start, Caller::kAnybody);
  add("POST", "/api/v1/terminal-sign-ins/token", &collect, Caller::kAnybody);
  add("GET", kPathOfOne, &get, Caller::kSession);
  add("POST", "/api/v1/terminal-sign-ins/{user_code}/approve", &approve, Caller::kSession);
  add("POST", "/api/v1/terminal-sign-ins/{user_code}/deny", &deny, Caller::kSession);
}

}  // namespace strongroom::api
