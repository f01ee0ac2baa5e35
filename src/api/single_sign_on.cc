// The settings of single sign-on: which OpenID providers people sign in to the console at.

#include "api/etag.h"
#include "api/json_writer.h"
#include "api/object_reader.h"
#include "api/people.h"
#include "api/resource.h"
#include "api/resources.h"
#include "base/permission_denied.h"
#include "identity/sign_on.h"

namespace strongroom::api {
namespace {

using identity::SignOnProvider;
using identity::SignOnProviderId;
using identity::SignOnSettings;

constexpr std::string_view kPath = "/api/v1/single-sign-on";
constexpr std::string_view kPathWithId = "/api/v1/single-sign-on/{id}";
constexpr std::size_t kLongestPem = std::size_t{64} * 1024;

void write_provider(JsonWriter& json, const Services& services, const SignOnProvider& provider) {
  const SignOnSettings& settings = provider.settings;
  json.begin_object();
  json.member("id", provider.id);
  json.member("label", settings.label);
  json.member("issuer", settings.issuer);
  json.member("client_id", settings.client_id);
  json.member("scopes", settings.scopes);
  json.member("user_name_claim", settings.user_name_claim);
  json.member("email_claim", settings.email_claim);
  json.member("groups_claim", settings.groups_claim);
  json.member("make_users", settings.makes_users);
  json.member("link_existing_users", settings.links_existing);
  json.member("trusted_ca_pem", settings.trusted_ca_pem);
  json.member("allowed_addresses", settings.allowed_addresses);
  json.member("redirect_uri", services.sign_on.redirect_uri());
  json.member("created_at", provider.created_at);
  json.member("updated_at", provider.updated_at);
  json.member("revision", provider.revision);
  json.end_object();
}

http::Response answer(const Services& services, const SignOnProvider& provider, int status = 200) {
  JsonWriter json;
  write_provider(json, services, provider);
  http::Response response = json_response(json.take(), status);
  response.headers.push_back({"ETag", etag(provider.revision)});
  return response;
}

// Settings of single sign-on are of no project. Errors: kPermissionDenied.
Status need_everywhere(const Call& call) {
  if (call.asker().grants.has(Permission::kManageUsers)) return {};
  return permission_denied(Permission::kManageUsers);
}

struct Input {
  SignOnSettings settings;
  std::optional<oauth::ConsumerSecret> secret;
};

// All settings, those that are left out as they are for a new one.
Result<Input> read_input(const Call& call, bool needs_secret) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  for (const LiteralText name :
       {LiteralText("label"), LiteralText("issuer"), LiteralText("client_id")}) {
    body.require(name);
  }
  if (needs_secret) body.require("client_secret");
  Input input;
  SignOnSettings& settings = input.settings;
  settings.label = body.text("label").value_or("");
  settings.issuer = body.text("issuer").value_or("");
  settings.client_id = body.text("client_id").value_or("");
  if (const auto secret = body.secret("client_secret")) {
    input.secret = oauth::ConsumerSecret(secret->view());
  }
  if (auto scopes = body.texts("scopes")) settings.scopes = *std::move(scopes);
  if (auto claim = body.text("user_name_claim")) settings.user_name_claim = *std::move(claim);
  if (auto claim = body.text_or_null("email_claim")) settings.email_claim = *std::move(claim);
  settings.groups_claim = body.text_or_null("groups_claim").value_or("");
  settings.makes_users = body.flag("make_users").value_or(false);
  settings.links_existing = body.flag("link_existing_users").value_or(false);
  settings.trusted_ca_pem = body.text_or_null("trusted_ca_pem", kLongestPem).value_or("");
  if (auto ranges = body.texts("allowed_addresses")) settings.allowed_addresses = *ranges;
  STRONGROOM_CHECK(body.finish());
  return input;
}

Result<http::Response> list(const Services& services, const Call& call) {
  STRONGROOM_CHECK(need_everywhere(call));
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const PageRequest request = read_page(query);
  STRONGROOM_CHECK(query.finish());
  const std::vector<SignOnProvider> all = services.sign_on_providers.all();
  JsonWriter json;
  begin_page(json);
  for (const auto& provider : page_of(all, request)) write_provider(json, services, provider);
  end_page(json, static_cast<std::int64_t>(all.size()), request);
  return json_response(json.take());
}

Result<SignOnProvider> find(const Services& services, const Call& call) {
  STRONGROOM_CHECK(need_everywhere(call));
  STRONGROOM_TRY(const auto id, call.id<SignOnProviderId>(0));
  auto provider = services.sign_on_providers.find(id);
  if (!provider) return Call::not_found();
  return *std::move(provider);
}

Result<http::Response> get(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto provider, find(services, call));
  return answer(services, provider);
}

Result<http::Response> create(const Services& services, const Call& call) {
  STRONGROOM_TRY(auto input, read_input(call, true));
  STRONGROOM_TRY(const auto provider, services.sign_on_providers.create(
                                          call.asker(), std::move(input.settings), *input.secret));
  http::Response response = answer(services, provider, 201);
  response.headers.push_back({"Location", std::string(kPath) + "/" + provider.id.text()});
  return response;
}

Result<http::Response> replace(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto current, find(services, call));
  STRONGROOM_TRY(auto input, read_input(call, false));
  STRONGROOM_CHECK(check_if_match(call.request().if_match, true, current.revision));
  STRONGROOM_TRY(const auto provider,
                 services.sign_on_providers.update(call.asker(), current.id, current.revision,
                                                   std::move(input.settings),
                                                   input.secret ? &*input.secret : nullptr));
  return answer(services, provider);
}

Result<http::Response> remove(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<SignOnProviderId>(0));
  STRONGROOM_CHECK(services.sign_on_providers.remove(call.asker(), id));
  return json_response("", 204);
}

Result<http::Response> test(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<SignOnProviderId>(0));
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto check, services.sign_on_providers.test(call.asker(), id));
  JsonWriter json;
  json.begin_object();
  json.member("ok", check.failed.empty());
  json.member("failed", check.failed);
  json.member("cause", check.cause);
  json.member("message", check.message.view());
  json.member("who_must_act", check.who_must_act);
  json.member("where", check.where.view());
  json.member("authorization_endpoint", check.metadata.authorization_endpoint);
  json.member("token_endpoint", check.metadata.token_endpoint);
  json.member("jwks_uri", check.metadata.jwks_uri);
  json.member("keys", static_cast<std::int64_t>(check.keys));
  json.member("redirect_uri", services.sign_on.redirect_uri());
  json.end_object();
  return json_response(json.take());
}

// What stands on the sign-in page: nothing that anybody may not know.
Result<http::Response> list_buttons(const Services& services, const Call& /*call*/) {
  JsonWriter json;
  json.begin_object();
  json.begin_array("single_sign_on");
  for (const auto& provider : services.sign_on_providers.all()) {
    json.begin_object();
    json.member("id", provider.id);
    json.member("label", provider.settings.label);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json_response(json.take());
}

}  // namespace

void add_single_sign_on_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes, kPath);
  add("GET", kPath, &list);
  add("POST", kPath, &create);
  add("GET", kPathWithId, &get);
  add("PUT", kPathWithId, &replace);
  add("DELETE", kPathWithId, &remove);
  add("POST", "/api/v1/single-sign-on/{id}/test", &test);
  add("GET", "/api/v1/sign-in-ways", &list_buttons, Caller::kAnybody);
}

}  // namespace strongroom::api
