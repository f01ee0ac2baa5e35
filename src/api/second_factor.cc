// The second factor of the person who signed in, how a session shows again who it is, and the end
// of somebody else's second factor.

#include "api/second_factor.h"

#include <string>
#include <string_view>

#include "api/error_response.h"
#include "api/resource.h"
#include "api/resources.h"
#include "identity/second_factors.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/session/second-factor";

void write_members(JsonWriter& json, const identity::SecondFactorInfo& info) {
  json.member("is_confirmed", info.is_confirmed);
  json.member("recovery_codes_left", static_cast<std::int64_t>(info.recovery_codes_left));
}

Result<http::Response> get(const Services& services, const Call& call) {
  JsonWriter json;
  json.begin_object();
  write_second_factor(json, services, call.signed_in().user);
  json.end_object();
  return json_response(json.take());
}

// The host of the public URL, which tells the entries of two servers apart in an app.
std::string server_name(const Services& services) {
  const std::string url = services.server.public_url();
  const std::size_t scheme = url.find("://");
  return scheme == std::string::npos ? url : url.substr(scheme + 3);
}

Result<http::Response> begin(const Services& services, const Call& call) {
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto made,
                 services.second_factors.begin(call.asker(), server_name(services)));
  JsonWriter json;
  json.begin_object();
  json.member("secret", made.secret.reveal());
  json.member("otpauth_uri", made.uri.reveal());
  json.end_object();
  http::Response response = json_response(json.take(), 201);
  response.secret = true;
  return response;
}

http::Response answer(const identity::RecoveryCodes& codes) {
  JsonWriter json;
  json.begin_object();
  json.begin_array("recovery_codes");
  for (const identity::RecoveryCode& code : codes) json.value(code.reveal());
  json.end_array();
  json.end_object();
  http::Response response = json_response(json.take());
  response.secret = true;
  return response;
}

Result<http::Response> confirm(const Services& services, const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  body.require("code");
  const SecretBytes code = body.secret("code").value_or(SecretBytes());
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto codes, services.second_factors.confirm(call.asker(), code.view()));
  return answer(codes);
}

Result<http::Response> renew(const Services& services, const Call& call) {
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto codes, services.second_factors.renew_recovery_codes(call.asker()));
  return answer(codes);
}

Result<http::Response> end(const Services& services, const Call& call) {
  STRONGROOM_CHECK(services.second_factors.end(call.asker()));
  return json_response("", 204);
}

Result<http::Response> reset(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<identity::UserId>(0));
  STRONGROOM_CHECK(services.second_factors.reset(call.asker(), id));
  return json_response("", 204);
}

Result<http::Response> step_up(const Services& services, const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  const SecretBytes password = body.secret("password").value_or(SecretBytes());
  const SecretBytes code = body.secret("code").value_or(SecretBytes());
  STRONGROOM_CHECK(body.finish());
  const Status shown = services.sign_in.step_up(call.asker(), call.signed_in().session,
                                                {password.view(), code.view()});
  if (!shown && shown.error().code == Code::kNotFound) return session_ended();
  STRONGROOM_CHECK(shown);
  return json_response("", 204);
}

}  // namespace

void write_second_factor(JsonWriter& json, const Services& services, identity::UserId user) {
  const auto info = services.second_factors.info(user);
  if (!info) return json.member("second_factor", nullptr);
  json.begin_object("second_factor");
  write_members(json, *info);
  json.end_object();
}

void add_second_factor_routes(const Services& services, std::vector<Route>& routes) {
  const auto add = [&](std::string_view method, std::string_view pattern, Caller caller,
                       auto* handle) {
    routes.push_back(
        {method, pattern, kPath, caller, true,
         answering([&services, handle](const Call& call) { return handle(services, call); })});
  };
  add("POST", "/api/v1/session/step-up", Caller::kSession, &step_up);
  add("GET", kPath, Caller::kSession, &get);
  add("POST", kPath, Caller::kSession, &begin);
  add("DELETE", kPath, Caller::kSession, &end);
  add("POST", "/api/v1/session/second-factor/confirm", Caller::kSession, &confirm);
  add("POST", "/api/v1/session/second-factor/recovery-codes", Caller::kSession, &renew);
  add("DELETE", "/api/v1/users/{id}/second-factor", Caller::kPerson, &reset);
}

}  // namespace strongroom::api
