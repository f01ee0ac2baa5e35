// POST /api/v1/target-systems/{id}/test.

#include <memory>

#include "api/json_writer.h"
#include "api/object_reader.h"
#include "api/resources.h"
#include "vault/target_system_checks.h"

namespace strongroom::api {
namespace {

void write_addresses(JsonWriter& json, LiteralText name,
                     const std::vector<http::IpAddress>& addresses) {
  std::vector<std::string> texts;
  texts.reserve(addresses.size());
  for (const http::IpAddress& address : addresses) texts.push_back(address.text());
  json.member(name, texts);
}

void write_hops(JsonWriter& json, const vault::EndpointCheck& check) {
  json.begin_array("hops");
  for (const auto& step : check.steps) {
    json.begin_object();
    json.member("hop", to_text(step.hop));
    json.member("verdict", to_text(step.verdict));
    json.member("message", step.message.view());
    json.end_object();
  }
  json.end_array();
}

void write_proxy(JsonWriter& json, const vault::EndpointCheck& check) {
  if (check.proxy.empty()) return json.member("proxy", nullptr);
  json.begin_object("proxy");
  json.member("url", check.proxy);
  write_addresses(json, "addresses", check.trace.proxy_addresses);
  json.member("status", std::int64_t{check.trace.proxy_status});
  json.end_object();
}

void write_tls(JsonWriter& json, const vault::EndpointCheck& check) {
  const auto& certificate = check.trace.certificate;
  if (!certificate) return json.member("tls", nullptr);
  json.begin_object("tls");
  json.member("protocol", check.trace.tls_protocol);
  json.member("subject", certificate->subject);
  json.member("issuer", certificate->issuer);
  json.member("sha256", certificate->sha256);
  json.member("expires_at", certificate->expires_at);
  json.member("trusted_ca", check.trace.trusted_ca);
  json.end_object();
}

http::Response answer_of(const vault::EndpointCheck& check) {
  JsonWriter json;
  json.begin_object();
  json.member("ok", check.good());
  json.member("failed_hop", failed_hop(check));
  json.member("cause", cause_name(check));
  json.member("message", check.message.view());
  json.member("who_must_act", to_text(check.who_must_act));
  json.member("where", check.where.view());
  json.member("try_again", check.transient);
  json.member("endpoint", check.endpoint);
  write_hops(json, check);
  write_addresses(json, "addresses", check.trace.addresses);
  json.member("connected_to", check.trace.connected_to);
  write_proxy(json, check);
  write_tls(json, check);
  json.member("http_version", check.trace.http_version);
  json.member("http_status", std::int64_t{check.http_status});
  json.member("oauth_error", check.error_code);
  json.end_object();
  return json_response(json.take());
}

// The provider takes its time, so no worker waits for it.
void test_target_system(const Services& services, Call call) {
  const auto id = call.id<vault::TargetSystemId>(0);
  const Status nothing = ObjectReader::expect_nothing(call.request());
  if (!id) return std::move(call).answer(id.error());
  if (!nothing) return std::move(call).answer(nothing.error());
  auto waiting = std::make_shared<Call>(std::move(call));
  services.target_system_checks.check(waiting->actor(), *id,
                                      [waiting](const Result<vault::EndpointCheck>& checked) {
                                        if (!checked) {
                                          return std::move(*waiting).answer(checked.error());
                                        }
                                        std::move(*waiting).answer(answer_of(*checked));
                                      });
}

}  // namespace

void add_target_system_test_route(const Services& services, std::vector<Route>& routes) {
  routes.push_back({"POST", "/api/v1/target-systems/{id}/test", "/api/v1/target-systems",
                    Caller::kPerson, true,
                    [&services](Call call) { test_target_system(services, std::move(call)); }});
}

}  // namespace strongroom::api
