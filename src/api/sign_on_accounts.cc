// Which accounts of OpenID providers a user is.

#include "identity/sign_on_accounts.h"

#include <algorithm>

#include "api/json_writer.h"
#include "api/object_reader.h"
#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/users/{id}/single-sign-on-accounts";
constexpr std::string_view kPathWithAccount =
    "/api/v1/users/{id}/single-sign-on-accounts/{account}";

// The provider is null where none of today's has the account's issuer.
void write_account(JsonWriter& json, const Services& services,
                   const identity::SignOnAccount& account) {
  const auto providers = services.sign_on_providers.all();
  const auto provider = std::ranges::find_if(
      providers, [&](const auto& one) { return one.settings.issuer == account.issuer; });
  json.begin_object();
  json.member("id", account.id);
  if (provider == providers.end()) {
    json.member("provider", nullptr);
  } else {
    json.begin_object("provider");
    json.member("id", provider->id);
    json.member("label", provider->settings.label);
    json.end_object();
  }
  json.member("issuer", account.issuer);
  json.member("subject", account.subject);
  json.member("created_at", account.created_at);
  json.end_object();
}

Result<http::Response> list(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto user, call.id<identity::UserId>(0));
  STRONGROOM_TRY(const auto accounts, services.sign_on_accounts.list(call.asker(), user));
  JsonWriter json;
  json.begin_object();
  json.begin_array("items");
  for (const auto& account : accounts) write_account(json, services, account);
  json.end_array();
  json.end_object();
  return json_response(json.take());
}

Result<http::Response> link(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto user, call.id<identity::UserId>(0));
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  body.require("provider");
  body.require("subject");
  const auto provider = identity::SignOnProviderId::parse(body.text("provider").value_or(""));
  const std::string subject = body.text("subject").value_or("");
  if (!provider) body.refuse("provider", "There is no such provider.");
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto account,
                 services.sign_on_accounts.link(call.asker(), user, *provider, subject));
  JsonWriter json;
  write_account(json, services, account);
  http::Response response = json_response(json.take(), 201);
  response.headers.push_back({"Location", "/api/v1/users/" + user.text() +
                                              "/single-sign-on-accounts/" + account.id.text()});
  return response;
}

Result<http::Response> unlink(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto user, call.id<identity::UserId>(0));
  STRONGROOM_TRY(const auto account, call.id<identity::SignOnAccountId>(1));
  STRONGROOM_CHECK(services.sign_on_accounts.unlink(call.asker(), user, account));
  return json_response("", 204);
}

}  // namespace

void add_sign_on_account_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes, kPath);
  add("GET", kPath, &list);
  add("POST", kPath, &link);
  add("DELETE", kPathWithAccount, &unlink);
}

}  // namespace strongroom::api
