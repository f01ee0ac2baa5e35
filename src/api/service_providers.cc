#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/error_response.h"
#include "api/etag.h"
#include "api/media_type.h"
#include "api/resource.h"
#include "api/resources.h"
#include "vault/bearer_requests.h"
#include "vault/own_providers.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/service-providers";
constexpr std::string_view kEntry = "/api/v1/service-providers/{id}";

template <class Value>
void write_choices(JsonWriter& json, LiteralText name, const std::vector<Value>& values) {
  json.begin_array(name);
  for (const Value value : values) json.value(to_text(value));
  json.end_array();
}

template <class Asked>
void write_parameter(JsonWriter& json, const Asked& asked) {
  json.begin_object();
  json.member("name", asked.name);
  json.member("label", asked.label);
  json.member("help", asked.help);
  json.member("format", to_text(asked.format));
  json.member("allowed", asked.allowed);
  json.member("default_value", asked.default_value);
  json.member("required", asked.required);
  json.end_object();
}

// Everything that a target system's endpoint_parameters may hold.
template <class Provider>
void write_parameters(JsonWriter& json, const Provider& provider) {
  json.begin_array("endpoint_parameters");
  for (const auto& variable : provider.variables) write_parameter(json, variable.value);
  for (const auto* fields : {&provider.token_parameters, &provider.token_headers}) {
    for (const auto& field : *fields) {
      if (field.asked) write_parameter(json, *field.asked);
    }
  }
  json.end_array();
}

template <class Provider>
void write_tenant(JsonWriter& json, const Provider& provider) {
  if (!provider.tenant) return json.member("tenant", nullptr);
  json.begin_object("tenant");
  json.member("label", provider.tenant->label);
  json.member("help", provider.tenant->help);
  json.member("format", to_text(provider.tenant->format));
  json.member("shared", provider.tenant->shared);
  write_choices(json, "supported_accounts", provider.tenant->supported_accounts);
  json.end_object();
}

template <class Provider>
void write_sign_in(JsonWriter& json, const Provider& provider) {
  if (!vault::lets_people_sign_in(provider)) return json.member("sign_in", nullptr);
  json.begin_object("sign_in");
  json.member("login_hint", provider.authorization.login_hint);
  json.member("scopes", provider.authorization.scopes);
  json.end_object();
}

// What the forms ask for where tokens are asked for with signed assertions.
template <class Provider>
void write_assertions(JsonWriter& json, const Provider& provider) {
  if (!provider.jwt_bearer) return json.member("jwt_bearer", nullptr);
  json.begin_object("jwt_bearer");
  json.member("needs_subject", vault::needs_subject(provider));
  json.member("takes_scopes", vault::takes_scopes(provider));
  json.member("with_client_authentication", provider.jwt_bearer->with_client_authentication);
  json.end_object();
}

// Whether tokens can be taken back there, and what a person does where they cannot.
template <class Provider>
void write_revocation_rules(JsonWriter& json, const Provider& provider) {
  json.begin_object("revocation");
  json.member("endpoint", provider.revocation_endpoint);
  json.member("by_hand", provider.revocation.by_hand);
  json.member("page", provider.revocation.page);
  json.end_object();
}

// What people are told who set up an application there. A text of an entry may be anybody's: it
// goes out as a text.
template <class Provider>
void write_console(JsonWriter& json, const Provider& provider) {
  json.begin_object("console");
  json.member("icon", provider.console.icon);
  json.member("create_page", provider.console.create_page);
  json.member("create_hint", provider.console.create_hint);
  json.begin_array("paste");
  for (const auto& hint : provider.console.paste) {
    json.begin_object();
    json.member("what", hint.what);
    json.member("where", hint.where);
    json.end_object();
  }
  json.end_array();
  json.begin_array("usual_scopes");
  for (const auto& usual : provider.console.usual_scopes) {
    json.begin_object();
    json.member("scope", usual.scope);
    json.member("purpose", usual.purpose);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

template <class Provider>
void write_provider(JsonWriter& json, const Services& services, const Provider& provider) {
  json.begin_object();
  json.member("id", provider.id);
  json.member("name", provider.name);
  json.member("origin", to_text(services.service_providers.origin(provider.id)));
  json.member("documentation", provider.documentation);
  write_choices(json, "grants", provider.grants);
  write_choices(json, "client_authentication", provider.client_authentication);
  write_choices(json, "signature_methods",
                provider.oauth1 ? provider.oauth1->signature_methods
                                : std::vector<catalogue::SignatureMethod>());
  json.member("legacy", provider.legacy);
  json.member("discovery", provider.discovery);
  json.member("token_endpoint", provider.token_endpoint);
  write_parameters(json, provider);
  json.begin_object("scopes");
  json.member("defaults", provider.scopes.defaults);
  json.member("required", provider.scopes.required);
  json.member("app_only_default_scope", provider.scopes.app_only_default_scope);
  json.end_object();
  json.member("takes_resources", provider.resources.has_value());
  json.member("dpop", to_text(provider.dpop.use));
  write_tenant(json, provider);
  write_sign_in(json, provider);
  write_assertions(json, provider);
  write_revocation_rules(json, provider);
  write_console(json, provider);
  json.member("min_retrieval_interval", std::int64_t{provider.min_retrieval_interval.count()});
  json.end_object();
}

Result<http::Response> list_providers(const Services& services, const Call& call) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const ListRequest request = read_list(query);
  STRONGROOM_CHECK(query.finish());
  STRONGROOM_TRY(const auto page, services.service_providers.list(call.actor(), request.query));
  JsonWriter json;
  begin_page(json);
  for (const auto& provider : page.items) write_provider(json, services, *provider);
  end_page(json, page.total, request.page);
  return json_response(json.take());
}

Result<http::Response> get_provider(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto provider, services.service_providers.get(call.actor(), call.path(0)));
  JsonWriter json;
  write_provider(json, services, *provider);
  return json_response(json.take());
}

// The text itself, so that what is put again is what was given.
Result<http::Response> get_file(const Services& services, const Call& call) {
  STRONGROOM_TRY(auto document, services.own_providers.find(call.actor(), call.path(0)));
  http::Response response = json_response(std::move(document.text));
  if (document.origin == vault::ProviderOrigin::kApi) {
    response.headers.push_back({"ETag", etag(document.revision)});
  }
  return response;
}

// The revision that a change is about; nullopt: there is no such entry of the API.
Result<std::optional<vault::Revision>> revision_of(const Services& services, const Call& call,
                                                   bool needed) {
  const auto document = services.own_providers.find(call.actor(), call.path(0));
  if (!document && document.error().code != Code::kNotFound) return document.error();
  if (!document || document->origin != vault::ProviderOrigin::kApi) {
    // Whoever names a revision of what is not there had read something else.
    if (!call.request().if_match.empty()) {
      return Error{Code::kPreconditionFailed, "Somebody else changed this since you read it."};
    }
    return std::optional<vault::Revision>();
  }
  STRONGROOM_CHECK(check_if_match(call.request().if_match, needed, document->revision));
  if (!needed && call.request().if_match.empty()) return std::optional<vault::Revision>();
  return std::optional(document->revision);
}

Result<http::Response> put_provider(const Services& services, const Call& call) {
  if (!is_media_type(call.request().content_type, "application/json")) {
    return unsupported_media_type();
  }
  STRONGROOM_TRY(const auto expected, revision_of(services, call, /*needed=*/true));
  const std::string& id = call.path(0);
  STRONGROOM_TRY(
      const auto document,
      services.own_providers.put(call.actor(), id, std::string(call.request().body), expected));
  STRONGROOM_TRY(const auto provider, services.service_providers.get(call.actor(), id));
  JsonWriter json;
  write_provider(json, services, *provider);
  http::Response response = json_response(json.take(), expected ? 200 : 201);
  response.headers.push_back({"ETag", etag(document.revision)});
  if (!expected) response.headers.push_back({"Location", std::string(kPath) + "/" + id});
  return response;
}

Result<http::Response> remove_provider(const Services& services, const Call& call) {
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto expected, revision_of(services, call, /*needed=*/false));
  STRONGROOM_CHECK(services.own_providers.remove(call.actor(), call.path(0), expected));
  return json_response("", 204);
}

}  // namespace

void add_service_provider_routes(const Services& services, std::vector<Route>& routes) {
  const auto add = [&](std::string_view pattern, auto* handle) {
    routes.push_back(
        {"GET", pattern, kPath, Caller::kPerson, false,
         answering([&services, handle](const Call& call) { return handle(services, call); })});
  };
  add(kPath, &list_providers);
  add(kEntry, &get_provider);
  const RouteAdder add_blocking(services, routes, kPath);
  add_blocking("GET", "/api/v1/service-providers/{id}/file", &get_file);
  add_blocking("PUT", kEntry, &put_provider);
  add_blocking("DELETE", kEntry, &remove_provider);
}

}  // namespace strongroom::api
