// GET /api/v1/oauth-clients/{id}/last-exchange: what the provider was last asked, and said.

#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

void write_credential(JsonWriter& json, const vault::LastExchange& exchange) {
  if (!exchange.credential) return json.member("credential", nullptr);
  json.begin_object("credential");
  json.member("id", *exchange.credential);
  json.member("kind", exchange.credential_kind);
  json.end_object();
}

void write_parameters(JsonWriter& json, const vault::LastExchange& exchange) {
  json.begin_array("parameters");
  for (const vault::SeenParameter& parameter : exchange.parameters) {
    json.begin_object();
    json.member("name", parameter.name);
    if (parameter.value.empty()) {
      json.member("value", nullptr);
    } else {
      json.member("value", parameter.value);
    }
    json.end_object();
  }
  json.end_array();
}

void write_request(JsonWriter& json, const vault::LastExchange& exchange) {
  json.begin_object("request");
  json.member("method", exchange.method);
  json.member("url", exchange.url);
  json.member("proxy", exchange.proxy);
  json.member("client_authentication", exchange.authentication);
  write_credential(json, exchange);
  write_parameters(json, exchange);
  json.end_object();
}

void write_answer(JsonWriter& json, const vault::LastExchange& exchange) {
  if (exchange.status == 0) return json.member("answer", nullptr);
  json.begin_object("answer");
  json.member("status", std::int64_t{exchange.status});
  json.member("content_type", exchange.content_type);
  json.member("body_bytes", exchange.body_bytes);
  json.member("oauth_error", exchange.error_code);
  json.begin_array("provider_codes");
  for (const std::int64_t code : exchange.provider_codes) json.value(code);
  json.end_array();
  json.member("clock_skew_s", exchange.clock_skew_s);
  json.end_object();
}

void write_connection(JsonWriter& json, const vault::LastExchange& exchange) {
  json.begin_object("connection");
  json.member("connected_to", exchange.connected_to);
  json.member("http_version", exchange.http_version);
  json.member("tls_protocol", exchange.tls_protocol);
  json.member("certificate_subject", exchange.certificate_subject);
  json.end_object();
}

Result<http::Response> last_exchange(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::OAuthClientId>(0));
  STRONGROOM_TRY(const vault::LastExchange exchange,
                 services.oauth_clients.last_exchange(call.actor(), id));
  JsonWriter json;
  json.begin_object();
  json.member("at", exchange.at);
  json.member("duration_ms", std::int64_t{exchange.took.count()});
  json.member("cause", exchange.cause);
  json.member("message", exchange.message);
  json.member("who_must_act", exchange.who_must_act);
  json.member("where", exchange.where);
  json.member("failed_hop", exchange.failed_hop);
  write_request(json, exchange);
  write_answer(json, exchange);
  write_connection(json, exchange);
  json.end_object();
  return json_response(json.take());
}

}  // namespace

void add_last_exchange_route(const Services& services, std::vector<Route>& routes) {
  routes.push_back(
      {"GET", "/api/v1/oauth-clients/{id}/last-exchange", "/api/v1/oauth-clients", Caller::kPerson,
       true, answering([&services](const Call& call) { return last_exchange(services, call); })});
}

}  // namespace strongroom::api
