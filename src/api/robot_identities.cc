#include <algorithm>

#include "api/key_restrictions_json.h"
#include "api/list_request.h"
#include "api/object_reader.h"
#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/robots/{id}/identities";
constexpr std::size_t kLongestPem = std::size_t{64} * 1024;

vault::RobotIdentity read_token(ObjectReader& body) {
  for (const LiteralText name :
       {LiteralText("issuer"), LiteralText("audience"), LiteralText("claims")}) {
    body.require(name);
  }
  vault::RobotIdentity identity;
  identity.issuer = body.text("issuer").value_or("");
  identity.audience = body.text("audience").value_or("");
  for (auto& [name, text] : body.text_map("claims").value_or(ObjectReader::TextMap())) {
    identity.claims.emplace(name, text.value_or(""));
  }
  identity.jwks_uri = body.text_or_null("jwks_uri").value_or("");
  identity.trusted_ca_pem = body.text_or_null("trusted_ca_pem", kLongestPem).value_or("");
  identity.allowed_addresses = body.texts("allowed_addresses").value_or(std::vector<std::string>());
  return identity;
}

vault::RobotIdentity read_certificate(ObjectReader& body) {
  body.require("ca_sha256");
  vault::RobotIdentity identity;
  identity.kind = vault::RobotIdentity::Kind::kCertificate;
  identity.ca_sha256 = body.text("ca_sha256").value_or("");
  identity.subject = body.text_or_null("subject").value_or("");
  identity.san_uri = body.text_or_null("san_uri").value_or("");
  identity.san_dns = body.text_or_null("san_dns").value_or("");
  return identity;
}

vault::RobotIdentity read_identity(ObjectReader& body) {
  body.require("kind");
  const std::string kind = body.text("kind").value_or("");
  if (kind == "token") return read_token(body);
  if (kind == "certificate") return read_certificate(body);
  body.refuse("kind", "This must be token or certificate.");
  return {};
}

void write(JsonWriter& json, const vault::RobotIdentityInfo& info) {
  json.begin_object();
  json.member("id", info.id);
  json.member("robot", info.robot);
  json.raw_member("identity", info.identity);
  json.raw_member("restrictions", info.restrictions);
  json.member("uses", info.uses);
  json.member("created_at", info.created_at);
  json.member("revoked_at", info.revoked_at);
  json.member("last_used_at", info.last_used_at);
  json.member("last_used_from", info.last_used_from);
  json.end_object();
}

Result<http::Response> list_identities(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto robot, call.id<vault::RobotId>(0));
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const PageRequest page = read_page(query);
  STRONGROOM_CHECK(query.finish());
  STRONGROOM_TRY(const auto found, services.robots.list_identities(call.actor(), robot));
  const auto total = static_cast<std::int64_t>(found.size());
  const std::int64_t begin = std::min(page.offset(), total);
  const std::int64_t end = begin + std::min(page.page_size, total - begin);
  JsonWriter json;
  begin_page(json);
  for (auto one = found.begin() + begin; one != found.begin() + end; ++one) write(json, *one);
  end_page(json, total, page);
  return json_response(json.take());
}

Result<http::Response> create_identity(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto robot, call.id<vault::RobotId>(0));
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  vault::RobotIdentity identity = read_identity(body);
  const vault::KeyRestrictions restrictions = read_restrictions(body);
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto made, services.robots.create_identity(
                                      call.actor(), robot, std::move(identity), restrictions));
  JsonWriter json;
  write(json, made);
  http::Response response = json_response(json.take(), 201);
  response.headers.push_back(
      {"Location", "/api/v1/robots/" + robot.text() + "/identities/" + made.id.text()});
  return response;
}

Result<http::Response> revoke_identity(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto robot, call.id<vault::RobotId>(0));
  STRONGROOM_TRY(const auto identity, call.id<vault::RobotKeyId>(1));
  STRONGROOM_CHECK(services.robots.revoke_key(call.actor(), robot, identity));
  return json_response("", 204);
}

}  // namespace

void add_robot_identity_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes);
  add("GET", kPath, &list_identities);
  add("POST", kPath, &create_identity);
  add("DELETE", "/api/v1/robots/{id}/identities/{identity_id}", &revoke_identity);
}

}  // namespace strongroom::api
