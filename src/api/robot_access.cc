#include "api/read_id.h"
#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/robot-access";
constexpr std::string_view kUpdatePath = "/api/v1/robot-access/update-to-latest";
constexpr std::string_view kPathWithId = "/api/v1/robot-access/{id}";

// Which client, in the three names that people and robots use.
void write_client(JsonWriter& json, const vault::RobotAccess& rule, Names& names) {
  const vault::OAuthClient* const client = names.find(rule.oauth_client);
  json.member("project", rule.project);
  json.member("project_name", names.of(rule.project));
  json.member("oauth_client", rule.oauth_client);
  json.member("oauth_client_label", client == nullptr ? "" : client->label);
  json.member("target_system_name",
              client == nullptr ? std::string() : names.of(client->target_system));
}

void write_rule(JsonWriter& json, const vault::RobotAccess& rule, Names& names) {
  const vault::Robot* const robot = rule.robot ? names.find(*rule.robot) : nullptr;
  json.begin_object();
  json.member("id", rule.id);
  write_client(json, rule, names);
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

// What narrows a list of rules, into `list`; the rest of `query` is taken already.
Status read_narrowing(const Services& services, const Call& call, QueryReader& query,
                      vault::ListQuery& list) {
  list.oauth_client = read_id<vault::OAuthClientId>(query, "oauth_client");
  list.robot = read_id<vault::RobotId>(query, "robot");
  list.valid = query.flag("valid");
  if (const auto text = query.text("unused_since")) {
    list.unused_since = parse_rfc3339(*text);
    if (!list.unused_since) query.refuse("unused_since", "This must be a date or a time.");
  }
  const auto project = query.text("project");
  STRONGROOM_CHECK(query.finish());
  if (project) {
    STRONGROOM_TRY(list.project, find_project(services, call.actor(), *project, "project"));
  }
  return {};
}

// Rules by their ids in the body, or all that the query lets through.
struct ManyRules {
  vault::RuleSelection selection;
  bool dry_run = false;
};

Result<ManyRules> read_many(const Services& services, const Call& call) {
  ManyRules many;
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  many.dry_run = query.flag("dry_run").value_or(false);
  many.selection.query.filter = read_filter(query);
  STRONGROOM_CHECK(read_narrowing(services, call, query, many.selection.query));
  return many;
}

http::Response changes_response(const Services& services, const Call& call,
                                const vault::RuleChanges& changes, bool dry_run) {
  Names names(services, call.actor());
  JsonWriter json;
  json.begin_object();
  json.member("dry_run", dry_run);
  json.member("changed", changes.changed);
  json.member("blocked", changes.blocked);
  json.begin_array("rules");
  for (const vault::RobotAccess& rule : changes.rules) write_rule(json, rule, names);
  json.end_array();
  json.end_object();
  return json_response(json.take());
}

Result<http::Response> update_rules(const Services& services, const Call& call) {
  STRONGROOM_TRY(ManyRules many, read_many(services, call));
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  const auto ids = body.texts("ids").value_or(std::vector<std::string>{});
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto id = vault::RobotAccessId::parse(ids[i]);
    if (!id) body.refuse_item("ids", i, "This must be an id.");
    if (id) many.selection.ids.push_back(*id);
  }
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto changes, services.robot_access.update_to_latest(
                                         call.actor(), many.selection, many.dry_run));
  return changes_response(services, call, changes, many.dry_run);
}

Result<http::Response> revoke_rules(const Services& services, const Call& call) {
  STRONGROOM_TRY(const ManyRules many, read_many(services, call));
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  const vault::ListQuery& query = many.selection.query;
  if (query.valid.value_or(true) && !query.unused_since) {
    return Error{Code::kInvalidArgument,
                 "Only invalid or unused rules are deleted together: say valid=false or "
                 "unused_since."}
        .at("valid");
  }
  STRONGROOM_TRY(const auto changes,
                 services.robot_access.revoke_all(call.actor(), many.selection, many.dry_run));
  return changes_response(services, call, changes, many.dry_run);
}

Result<http::Response> list_rules(const Services& services, const Call& call) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  ListRequest request = read_list(query);
  STRONGROOM_CHECK(read_narrowing(services, call, query, request.query));
  STRONGROOM_TRY(const auto page, services.robot_access.list(call.actor(), request.query));
  Names names(services, call.actor());
  JsonWriter json;
  begin_page(json);
  for (const vault::RobotAccess& rule : page.items) write_rule(json, rule, names);
  end_page(json, page.total, request.page);
  return json_response(json.take());
}

Result<http::Response> get_rule(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::RobotAccessId>(0));
  STRONGROOM_TRY(const auto rule, services.robot_access.get(call.actor(), id));
  Names names(services, call.actor());
  JsonWriter json;
  write_rule(json, rule, names);
  return json_response(json.take());
}

Result<http::Response> grant(const Services& services, const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  body.require("oauth_client");
  const auto client = read_id<vault::OAuthClientId>(body, "oauth_client");
  vault::RobotAccessGrant wanted;
  wanted.robot = read_id<vault::RobotId>(body, "robot");
  wanted.path_pattern = body.text("path_pattern");
  if (wanted.robot && wanted.path_pattern) {
    body.refuse("path_pattern", "Send robot or path_pattern, not both.");
  }
  if (!wanted.robot && !wanted.path_pattern) {
    body.refuse("robot", "Send robot or path_pattern: who may read?");
  }
  STRONGROOM_CHECK(body.finish());
  wanted.oauth_client = *client;
  STRONGROOM_TRY(const auto rule, services.robot_access.grant(call.actor(), wanted));
  Names names(services, call.actor());
  JsonWriter json;
  write_rule(json, rule, names);
  http::Response response = json_response(json.take(), 201);
  response.headers.push_back({"Location", std::string(kPath) + "/" + rule.id.text()});
  return response;
}

Result<http::Response> revoke(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::RobotAccessId>(0));
  STRONGROOM_TRY(const bool dry_run, read_dry_run(call.request().query));
  if (dry_run) {
    STRONGROOM_TRY(const auto affected, services.robot_access.affected(call.actor(), id));
    return deletion(affected, true,
                    "Nothing was changed. These robots can read the client by no other rule.");
  }
  STRONGROOM_TRY(const auto affected, services.robot_access.revoke(call.actor(), id));
  return deletion(affected, false,
                  "To undo it, grant the same again: POST /api/v1/robot-access with the rule's "
                  "oauth_client and its robot or path_pattern.");
}

// POST /api/v1/oauth-clients/{id}/test-look-up: a question of access, asked about a client.
Result<http::Response> test_look_up(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::OAuthClientId>(0));
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  body.require("robot");
  const auto robot = read_id<vault::RobotId>(body, "robot");
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto outlook, services.robot_access.test_look_up(call.actor(), id, *robot));
  JsonWriter json;
  json.begin_object();
  json.member("allowed", outlook.allowed);
  json.member("reason", outlook.reason);
  json.member("message", outlook.message.view());
  json.member("seconds_left",
              outlook.left ? std::optional<std::int64_t>(outlook.left->count()) : std::nullopt);
  json.member("scopes", outlook.scopes);
  json.end_object();
  return json_response(json.take());
}

}  // namespace

void add_robot_access_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes, kPath);
  add("GET", kPath, &list_rules);
  add("POST", kPath, &grant);
  add("GET", kPathWithId, &get_rule);
  add("DELETE", kPathWithId, &revoke);
  add("DELETE", kPath, &revoke_rules);
  add("POST", kUpdatePath, &update_rules);
  routes.push_back(
      {"POST", "/api/v1/oauth-clients/{id}/test-look-up", "/api/v1/oauth-clients", Caller::kPerson,
       true, answering([&services](const Call& call) { return test_look_up(services, call); })});
}

}  // namespace strongroom::api
