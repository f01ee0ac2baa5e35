#include "vault/secret_access.h"

#include "api/read_id.h"
#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/secret-access";
constexpr std::string_view kUpdatePath = "/api/v1/secret-access/update-to-latest";
constexpr std::string_view kPathWithId = "/api/v1/secret-access/{id}";

void write_rule(JsonWriter& json, const vault::SecretAccess& rule, Names& names) {
  const vault::StoredSecret* const secret = names.find(rule.secret);
  json.begin_object();
  json.member("id", rule.id);
  json.member("project", rule.project);
  json.member("project_name", names.of(rule.project));
  json.member("secret", rule.secret);
  json.member("secret_label", secret == nullptr ? "" : secret->label);
  json.member("target_system_name",
              secret == nullptr ? std::string() : names.of(secret->target_system));
  const vault::Robot* const robot = rule.robot ? names.find(*rule.robot) : nullptr;
  json.member("robot", rule.robot);
  json.member("robot_name", robot == nullptr ? std::nullopt : std::optional(robot->name));
  json.member("robot_path", robot == nullptr ? std::nullopt : std::optional(robot->path));
  json.member("path_pattern", rule.robot ? std::nullopt : std::optional(rule.path_pattern));
  json.member("valid", rule.invalid_reason.empty());
  json.member("invalid_reason", rule.invalid_reason);
  json.member("last_used_at", rule.last_used_at);
  json.member("created_at", rule.created_at);
  json.end_object();
}

http::Response rule_response(const Services& services, const Call& call,
                             const vault::SecretAccess& rule, int status) {
  Names names(services, call.actor());
  JsonWriter json;
  write_rule(json, rule, names);
  return json_response(json.take(), status);
}

// What narrows a list of rules, into `wanted`; the rest of `query` is taken already.
Status read_narrowing(const Services& services, const Call& call, QueryReader& query,
                      vault::SecretAccessQuery& wanted) {
  wanted.secret = read_id<vault::SecretId>(query, "secret");
  wanted.list.robot = read_id<vault::RobotId>(query, "robot");
  wanted.list.valid = query.flag("valid");
  const auto project = query.text("project");
  STRONGROOM_CHECK(query.finish());
  if (project) {
    STRONGROOM_TRY(wanted.list.project, find_project(services, call.actor(), *project, "project"));
  }
  return {};
}

// Rules by their ids in the body, or all that the query lets through.
Result<http::Response> update_rules(const Services& services, const Call& call) {
  vault::SecretRuleSelection selection;
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const bool dry_run = query.flag("dry_run").value_or(false);
  selection.query.list.filter = read_filter(query);
  STRONGROOM_CHECK(read_narrowing(services, call, query, selection.query));
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  const auto ids = body.texts("ids").value_or(std::vector<std::string>{});
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto id = vault::RobotAccessId::parse(ids[i]);
    if (!id) body.refuse_item("ids", i, "This must be an id.");
    if (id) selection.ids.push_back(*id);
  }
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto changes,
                 services.secret_access.update_to_latest(call.actor(), selection, dry_run));
  Names names(services, call.actor());
  JsonWriter json;
  json.begin_object();
  json.member("dry_run", dry_run);
  json.member("changed", changes.changed);
  json.member("blocked", changes.blocked);
  json.begin_array("rules");
  for (const vault::SecretAccess& rule : changes.rules) write_rule(json, rule, names);
  json.end_array();
  json.end_object();
  return json_response(json.take());
}

Result<http::Response> list_rules(const Services& services, const Call& call) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  ListRequest request = read_list(query);
  vault::SecretAccessQuery wanted{.list = std::move(request.query)};
  STRONGROOM_CHECK(read_narrowing(services, call, query, wanted));
  STRONGROOM_TRY(const auto page, services.secret_access.list(call.actor(), wanted));
  Names names(services, call.actor());
  JsonWriter json;
  begin_page(json);
  for (const vault::SecretAccess& rule : page.items) write_rule(json, rule, names);
  end_page(json, page.total, request.page);
  return json_response(json.take());
}

Result<http::Response> get_rule(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::RobotAccessId>(0));
  STRONGROOM_TRY(const auto rule, services.secret_access.get(call.actor(), id));
  return rule_response(services, call, rule, 200);
}

Result<http::Response> grant(const Services& services, const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  body.require("secret");
  const auto secret = read_id<vault::SecretId>(body, "secret");
  vault::SecretAccessGrant wanted;
  wanted.robot = read_id<vault::RobotId>(body, "robot");
  wanted.path_pattern = body.text("path_pattern");
  if (wanted.robot && wanted.path_pattern) {
    body.refuse("path_pattern", "Send robot or path_pattern, not both.");
  }
  if (!wanted.robot && !wanted.path_pattern) {
    body.refuse("robot", "Send robot or path_pattern: who may read?");
  }
  STRONGROOM_CHECK(body.finish());
  wanted.secret = *secret;
  STRONGROOM_TRY(const auto rule, services.secret_access.grant(call.actor(), wanted));
  http::Response response = rule_response(services, call, rule, 201);
  response.headers.push_back({"Location", std::string(kPath) + "/" + rule.id.text()});
  return response;
}

Result<http::Response> revoke(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::RobotAccessId>(0));
  STRONGROOM_TRY(const bool dry_run, read_dry_run(call.request().query));
  if (dry_run) {
    STRONGROOM_TRY(const auto affected, services.secret_access.affected(call.actor(), id));
    return deletion(affected, true, "Nothing was changed.");
  }
  STRONGROOM_TRY(const auto affected, services.secret_access.revoke(call.actor(), id));
  return deletion(affected, false,
                  "To undo it, grant the same again: POST /api/v1/secret-access with the rule's "
                  "secret and its robot or path_pattern.");
}

}  // namespace

void add_secret_access_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes, kPath);
  add("GET", kPath, &list_rules);
  add("POST", kPath, &grant);
  add("GET", kPathWithId, &get_rule);
  add("DELETE", kPathWithId, &revoke);
  add("POST", kUpdatePath, &update_rules);
}

}  // namespace strongroom::api
