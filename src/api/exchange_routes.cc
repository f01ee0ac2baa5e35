// GET /api/v1/oauth-clients/{id}/last-exchange, …/exchanges: what the provider was asked, and said.
// POST …/dry-run: what it would be asked.

#include "api/json_writer.h"
#include "api/query_reader.h"
#include "api/resource.h"
#include "api/resources.h"
#include "vault/dry_run.h"

namespace strongroom::api {
namespace {

void write_credential(JsonWriter& json, const std::optional<Uuid>& credential,
                      std::string_view kind) {
  if (!credential) return json.member("credential", nullptr);
  json.begin_object("credential");
  json.member("id", *credential);
  json.member("kind", kind);
  json.end_object();
}

void write_seen(JsonWriter& json, LiteralText name,
                const std::vector<vault::SeenParameter>& parameters) {
  json.begin_array(name);
  for (const vault::SeenParameter& parameter : parameters) {
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

void write_request(JsonWriter& json, const vault::Exchange& exchange) {
  json.begin_object("request");
  json.member("method", exchange.method);
  json.member("url", exchange.url);
  json.member("proxy", exchange.proxy);
  json.member("client_authentication", exchange.authentication);
  write_credential(json, exchange.credential, exchange.credential_kind);
  write_seen(json, "parameters", exchange.parameters);
  json.end_object();
}

void write_answer(JsonWriter& json, const vault::Exchange& exchange) {
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

void write_connection(JsonWriter& json, const vault::Exchange& exchange) {
  json.begin_object("connection");
  json.member("connected_to", exchange.connected_to);
  json.member("http_version", exchange.http_version);
  json.member("tls_protocol", exchange.tls_protocol);
  json.member("certificate_subject", exchange.certificate_subject);
  json.end_object();
}

void write_exchange(JsonWriter& json, const vault::Exchange& exchange) {
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
}

Result<http::Response> last_exchange(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::OAuthClientId>(0));
  STRONGROOM_TRY(const vault::Exchange exchange,
                 services.oauth_clients.last_exchange(call.actor(), id));
  JsonWriter json;
  write_exchange(json, exchange);
  return json_response(json.take());
}

Result<http::Response> exchanges(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::OAuthClientId>(0));
  STRONGROOM_TRY(const std::vector<vault::Exchange> kept,
                 services.oauth_clients.exchanges(call.actor(), id));
  JsonWriter json;
  json.begin_object();
  json.begin_array("items");
  for (const vault::Exchange& exchange : kept) write_exchange(json, exchange);
  json.end_array();
  json.end_object();
  return json_response(json.take());
}

void write_policy(JsonWriter& json, const oauth::PlannedRequest& request) {
  json.begin_object("policy");
  json.member("allowed_addresses", request.allowed_addresses);
  json.member("own_ca", request.has_own_ca);
  json.member("connect_timeout_ms", std::int64_t{request.connect_timeout.count()});
  json.member("total_timeout_ms", std::int64_t{request.total_timeout.count()});
  json.end_object();
}

void write_planned(JsonWriter& json, const vault::DryRunRequest& next) {
  json.begin_object();
  json.member("method", next.request.method);
  json.member("url", next.request.url);
  json.member("proxy", next.request.proxy);
  json.member("proxy_credentials", next.request.has_proxy_credentials);
  json.member("client_authentication", next.request.authentication);
  write_credential(json, next.credential, next.credential_kind);
  json.member("client_certificate", next.request.shows_certificate);
  write_seen(json, "headers", next.request.headers);
  write_seen(json, "parameters", next.request.parameters);
  write_policy(json, next.request);
  json.end_object();
}

Result<http::Response> dry_run(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::OAuthClientId>(0));
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const vault::TokenKey key{id, query.text("resource").value_or("")};
  STRONGROOM_CHECK(query.finish());
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const vault::DryRun run, services.oauth_clients.dry_run(call.actor(), key));
  JsonWriter json;
  json.begin_object();
  json.begin_array("requests");
  for (const vault::DryRunRequest& next : run.requests) write_planned(json, next);
  json.end_array();
  json.end_object();
  return json_response(json.take());
}

}  // namespace

void add_exchange_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes, "/api/v1/oauth-clients");
  add("GET", "/api/v1/oauth-clients/{id}/last-exchange", last_exchange);
  add("GET", "/api/v1/oauth-clients/{id}/exchanges", exchanges);
  add("POST", "/api/v1/oauth-clients/{id}/dry-run", dry_run);
}

}  // namespace strongroom::api
