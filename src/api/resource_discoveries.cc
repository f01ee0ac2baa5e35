#include "api/resource_discoveries.h"

#include <string>
#include <string_view>
#include <utility>

#include "api/json_writer.h"
#include "api/need.h"
#include "api/object_reader.h"
#include "api/resource.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/resource-discoveries";
constexpr std::size_t kLongestPem = std::size_t{128} * 1024;

void write_text(JsonWriter& json, LiteralText name, std::string_view text) {
  if (text.empty()) return json.member(name, nullptr);
  json.member(name, text);
}

void write_server(JsonWriter& json, const vault::ProposedServer& server) {
  json.begin_object();
  json.member("issuer", server.issuer);
  json.begin_array("grants");
  for (const vault::GrantFlow grant : server.grants) json.value(to_text(grant));
  json.end_array();
  json.member("registration", to_text(server.registration));
  json.member("pkce", server.pkce);
  json.member("scopes", server.scopes);
  write_text(json, "problem", to_text(server.trouble));
  write_text(json, "message", server.message.view());
  json.end_object();
}

Result<vault::ResourceQuestion> read_question(const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  vault::ResourceQuestion question;
  body.require("resource");
  question.resource = body.text("resource").value_or("");
  question.trusted_ca_pem = body.text_or_null("trusted_ca_pem", kLongestPem).value_or("");
  question.allowed_addresses = body.texts("allowed_addresses").value_or(std::vector<std::string>());
  question.proxy = body.text_or_null("proxy").value_or("");
  STRONGROOM_CHECK(body.finish());
  return question;
}

Result<http::Response> discover(vault::ResourceDiscovery& discovery, const Call& call) {
  STRONGROOM_TRY(const auto question, read_question(call));
  STRONGROOM_TRY(const auto found, discovery.propose(call.actor(), question));
  JsonWriter json;
  json.begin_object();
  json.member("resource", found.resource);
  json.member("name", found.name);
  json.member("scopes", found.scopes);
  json.begin_array("authorization_servers");
  for (const vault::ProposedServer& server : found.servers) write_server(json, server);
  json.end_array();
  json.end_object();
  return json_response(json.take());
}

}  // namespace

Status add_resource_discovery_route(vault::ResourceDiscovery& discovery,
                                    std::vector<Route>& routes) {
  Route route{
      "POST", kPath,
      kPath,  Caller::kPerson,
      true,   answering([&discovery](const Call& call) { return discover(discovery, call); })};
  route.need = find_need(route.method, route.pattern);
  if (!route.need) {
    return Error{Code::kInternal, "A route does not say what it needs.",
                 std::string(route.pattern)};
  }
  routes.push_back(std::move(route));
  return {};
}

}  // namespace strongroom::api
