// Having somebody sign in for a client, from the asker's side.

#include "vault/authorizations.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "api/account_json.h"
#include "api/query_reader.h"
#include "api/read_id.h"
#include "api/resource.h"
#include "api/resources.h"
#include "vault/device_sign_ins.h"
#include "vault/sign_ins.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/authorizations";
constexpr std::size_t kLongestVerifier = 8192;

void write_device(JsonWriter& json, const std::optional<vault::DevicePrompt>& device) {
  if (!device) return json.member("device", nullptr);
  json.begin_object("device");
  json.member("user_code", device->user_code);
  json.member("verification_uri", device->verification_uri);
  if (device->verification_uri_complete.empty()) {
    json.member("verification_uri_complete", nullptr);
  } else {
    json.member("verification_uri_complete", device->verification_uri_complete);
  }
  json.member("interval", std::int64_t{device->interval.count()});
  json.end_object();
}

// `url` empty: it is not shown again.
void write(JsonWriter& json, const vault::Authorization& authorization,
           const std::string& url = {}) {
  json.begin_object();
  json.member("id", authorization.id);
  json.member("oauth_client", authorization.oauth_client);
  json.member("oauth_client_label", authorization.oauth_client_label);
  json.member("state", to_text(authorization.state));
  if (!url.empty()) json.member("url", url);
  json.member("created_at", authorization.created_at);
  json.member("expires_at", authorization.expires_at);
  json.member("out_of_band", authorization.out_of_band);
  write_account(json, "account", authorization.account);
  write_account(json, "previous_account", authorization.previous_account);
  json.member("expected_account", authorization.expected_account);
  if (authorization.confirmation_reason) {
    json.member("confirmation_reason", to_text(*authorization.confirmation_reason));
  } else {
    json.member("confirmation_reason", nullptr);
  }
  write_failure(json, authorization.failure);
  json.member("by_device_code", authorization.by_device_code);
  write_device(json, authorization.device);
  json.end_object();
}

http::Response answer(const vault::Authorization& authorization, const std::string& url,
                      int status = 200) {
  JsonWriter json;
  write(json, authorization, url);
  return json_response(json.take(), status);
}

void add_location(vault::AuthorizationId id, http::Response& response) {
  response.headers.push_back({"Location", std::string(kPath) + "/" + id.text()});
  response.secret = true;
}

Result<http::Response> make_link(const Services& services, const Call& call,
                                 vault::OAuthClientId client) {
  STRONGROOM_TRY(const auto made, services.authorizations.start(call.actor(), client));
  std::string url = services.server.public_url() + "/connect/";
  url += made.ticket.reveal();
  http::Response response = answer(made.authorization, url, 201);
  wipe(url);
  add_location(made.authorization.id, response);
  return response;
}

Result<http::Response> begun(const Services& services, const Call& call,
                             const Result<vault::AuthorizationId>& id) {
  if (!id) return id.error();
  STRONGROOM_TRY(const auto authorization, services.authorizations.get(call.actor(), *id));
  http::Response response = answer(authorization, {}, 201);
  add_location(*id, response);
  return response;
}

// A link is made at once; for a code the provider is asked, and no worker waits for it.
void start(const Services& services, Call call) {
  const auto client = call.id<vault::OAuthClientId>(0);
  const auto by_code = [&]() -> Result<bool> {
    if (!client) return client.error();
    STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
    return services.sign_ins.devices().serves(call.actor(), *client);
  }();
  if (!by_code) return std::move(call).answer(by_code.error());
  if (!*by_code) {
    auto response = make_link(services, call, *client);
    return std::move(call).answer(std::move(response));
  }
  auto waiting = std::make_shared<Call>(std::move(call));
  services.sign_ins.devices().start(waiting->actor(), *client,
                                    [&services, waiting](const Result<vault::AuthorizationId>& id) {
                                      auto response = begun(services, *waiting, id);
                                      std::move(*waiting).answer(std::move(response));
                                    });
}

Result<http::Response> read_back(const Services& services, const Call& call,
                                 vault::AuthorizationId id) {
  STRONGROOM_TRY(const auto authorization, services.authorizations.get(call.actor(), id));
  return answer(authorization, {});
}

Result<http::Response> get(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::AuthorizationId>(0));
  return read_back(services, call, id);
}

Result<http::Response> list(const Services& services, const Call& call) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const auto client = read_id<vault::OAuthClientId>(query, "oauth_client");
  STRONGROOM_CHECK(query.finish());
  STRONGROOM_TRY(const auto waiting, services.authorizations.waiting(call.actor(), client));
  JsonWriter json;
  json.begin_object();
  json.begin_array("items");
  for (const vault::Authorization& each : waiting) write(json, each);
  json.end_array();
  json.end_object();
  return json_response(json.take());
}

Result<http::Response> cancel(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::AuthorizationId>(0));
  STRONGROOM_CHECK(services.authorizations.cancel(call.actor(), id));
  http::Response response;
  response.status = 204;
  return response;
}

Result<http::Response> confirm(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::AuthorizationId>(0));
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_CHECK(services.sign_ins.confirm(call.actor(), id));
  return read_back(services, call, id);
}

// The provider takes its time, so no worker waits for it.
void enter_verifier(const Services& services, Call call) {
  const auto id = call.id<vault::AuthorizationId>(0);
  const auto verifier = [&]() -> Result<SecretBytes> {
    if (!id) return id.error();
    STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
    body.require("verifier");
    auto typed = body.secret("verifier", kLongestVerifier);
    STRONGROOM_CHECK(body.finish());
    return *std::move(typed);
  }();
  if (!verifier) return std::move(call).answer(verifier.error());
  auto waiting = std::make_shared<Call>(std::move(call));
  services.sign_ins.enter_verifier(&waiting->actor(), *id, {}, verifier->view(),
                                   [&services, waiting](Result<vault::AuthorizationId> entered) {
                                     if (!entered) {
                                       return std::move(*waiting).answer(entered.error());
                                     }
                                     auto response = read_back(services, *waiting, *entered);
                                     std::move(*waiting).answer(std::move(response));
                                   });
}

struct TypedAccount {
  std::string shown_endpoint;
  std::string username;
  oauth::AccountPassword password;
};

Result<TypedAccount> read_account(const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  body.require("token_endpoint");
  body.require("username");
  body.require("password");
  auto shown_endpoint = body.text("token_endpoint");
  auto username = body.text("username");
  const auto password = body.secret("password", oauth::kMaxAccountPasswordBytes);
  STRONGROOM_CHECK(body.finish());
  return TypedAccount{*std::move(shown_endpoint), *std::move(username),
                      oauth::AccountPassword(password->view())};
}

// The provider is asked at once; what it says is in the answer, whether or not it brought tokens.
void sign_in_with_password(const Services& services, Call call) {
  const auto client = call.id<vault::OAuthClientId>(0);
  if (!client) return std::move(call).answer(client.error());
  auto account = read_account(call);
  if (!account) return std::move(call).answer(account.error());
  auto waiting = std::make_shared<Call>(std::move(call));
  services.sign_ins.sign_in_with_password(
      waiting->actor(), *client, account->shown_endpoint, std::move(account->username),
      std::move(account->password), [&services, waiting](const Result<vault::AuthorizationId>& id) {
        auto response = begun(services, *waiting, id);
        std::move(*waiting).answer(std::move(response));
      });
}

}  // namespace

void add_authorization_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes, kPath);
  routes.push_back({"POST", "/api/v1/oauth-clients/{id}/authorizations", kPath, Caller::kPerson,
                    true, [&services](Call call) { start(services, std::move(call)); }});
  routes.push_back({"POST", "/api/v1/oauth-clients/{id}/password-sign-in", kPath, Caller::kPerson,
                    true,
                    [&services](Call call) { sign_in_with_password(services, std::move(call)); }});
  add("GET", kPath, &list);
  add("GET", "/api/v1/authorizations/{id}", &get);
  add("DELETE", "/api/v1/authorizations/{id}", &cancel);
  add("POST", "/api/v1/authorizations/{id}/confirm", &confirm);
  routes.push_back({"POST", "/api/v1/authorizations/{id}/verifier", kPath, Caller::kPerson, true,
                    [&services](Call call) { enter_verifier(services, std::move(call)); }});
}

}  // namespace strongroom::api
