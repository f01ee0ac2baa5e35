#include "vault/kills.h"

#include <algorithm>

#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/kills";
constexpr std::string_view kPathWithId = "/api/v1/kills/{id}";

void write_kill(JsonWriter& json, const vault::Kill& kill) {
  const auto id_or_null = [](const Uuid& id) {
    return id.is_nil() ? std::nullopt : std::optional(id);
  };
  json.begin_object();
  json.member("id", kill.id);
  json.member("scope", to_text(kill.subject.scope));
  json.member("subject", id_or_null(kill.subject.id));
  json.member("service_provider", kill.subject.service_provider);
  json.member("name", kill.name);
  json.member("project", id_or_null(kill.project));
  json.member("reason", kill.reason);
  json.member("revocation", to_text(kill.revocation));
  json.member("killed_by", kill.killed_by);
  json.member("killed_at", kill.killed_at);
  json.member("durable", kill.is_durable);
  json.end_object();
}

// Reads the member called `name`, if it is there, as the one thing to be stopped.
void read_subject(ObjectReader& body, LiteralText name, vault::KillScope scope,
                  std::optional<vault::KillSubject>& subject) {
  const auto text = body.text(name);
  if (!text) return;
  if (subject) return body.refuse(name, "Name one thing to be stopped, not two.");
  subject = vault::KillSubject{.scope = scope};
  if (scope == vault::KillScope::kServiceProvider) {
    subject->service_provider = *text;
    return;
  }
  const auto id = Uuid::parse(*text);
  if (!id) return body.refuse(name, "This must be an id.");
  subject->id = *id;
}

Result<vault::KillRequest> read_request(const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  std::optional<vault::KillSubject> subject;
  read_subject(body, "robot", vault::KillScope::kRobot, subject);
  read_subject(body, "oauth_client", vault::KillScope::kOAuthClient, subject);
  read_subject(body, "target_system", vault::KillScope::kTargetSystem, subject);
  read_subject(body, "service_provider", vault::KillScope::kServiceProvider, subject);
  read_subject(body, "project", vault::KillScope::kProject, subject);
  if (!subject) body.refuse("oauth_client", "Name what is to be stopped.");
  body.require("reason");
  vault::KillRequest request;
  request.reason = body.text("reason").value_or("");
  request.revoke_upstream = body.flag("revoke_upstream").value_or(true);
  STRONGROOM_CHECK(body.finish());
  request.subject = *std::move(subject);
  return request;
}

Result<http::Response> set_kill(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto request, read_request(call));
  STRONGROOM_TRY(const auto kill, services.kills.set(call.actor(), request));
  JsonWriter json;
  write_kill(json, kill);
  http::Response response = json_response(json.take(), 201);
  response.headers.push_back({"Location", std::string(kPath) + "/" + kill.id.text()});
  return response;
}

Result<http::Response> list_kills(const Services& services, const Call& call) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const PageRequest page = read_page(query);
  STRONGROOM_CHECK(query.finish());
  STRONGROOM_TRY(const auto kills, services.kills.list(call.actor()));
  const auto total = static_cast<std::int64_t>(kills.size());
  const std::int64_t begin = std::min(page.offset(), total);
  const std::int64_t end = begin + std::min(page.page_size, total - begin);
  JsonWriter json;
  begin_page(json);
  for (auto kill = kills.begin() + begin; kill != kills.begin() + end; ++kill) {
    write_kill(json, *kill);
  }
  end_page(json, total, page);
  return json_response(json.take());
}

Result<http::Response> get_kill(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::KillId>(0));
  STRONGROOM_TRY(const auto kill, services.kills.get(call.actor(), id));
  JsonWriter json;
  write_kill(json, kill);
  return json_response(json.take());
}

Result<http::Response> lift_kill(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::KillId>(0));
  STRONGROOM_CHECK(services.kills.lift(call.actor(), id));
  return json_response("", 204);
}

}  // namespace

void add_kill_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes, kPath);
  add("GET", kPath, &list_kills);
  add("POST", kPath, &set_kill);
  add("GET", kPathWithId, &get_kill);
  add("DELETE", kPathWithId, &lift_kill);
}

}  // namespace strongroom::api
