#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

std::optional<vault::RobotKind> read_kind(ObjectReader& body) {
  const auto text = body.text("kind");
  if (!text) return std::nullopt;
  const auto kind = vault::robot_kind_from_text(*text);
  if (!kind) body.refuse("kind", "This must be robot, basic_engine or runner.");
  return kind;
}

struct RobotResource {
  using Item = vault::Robot;
  using Id = vault::RobotId;
  static constexpr std::string_view kPath = "/api/v1/robots";
  static constexpr std::string_view kPathWithId = "/api/v1/robots/{id}";
  static constexpr std::string_view kRestorePath = "/api/v1/robots/{id}/restore";
  static constexpr LiteralText kDeletionHint =
      "Nothing was changed. Revoking its keys stops its look-ups as well, and keeps what it may "
      "read.";
  static constexpr LiteralText kDeletedHint =
      "It can be restored for seven days: POST /api/v1/robots/{id}/restore";

  const Services& services;

  vault::Robots& collection() const { return services.robots; }
  Result<Id> find(const Call& call) const { return call.id<Id>(0); }

  Result<ListRequest> read_query(const Call& call, QueryReader& query) const {
    ListRequest list = read_list(query);
    list.query.deleted = query.flag("deleted").value_or(false);
    if (const auto project = query.text("project")) {
      STRONGROOM_TRY(list.query.project, find_project(services, call.actor(), *project, "project"));
    }
    return list;
  }

  Result<vault::RobotFields> read_fields(const Call& call, ObjectReader& body,
                                         const Item* current) const {
    vault::RobotFields fields;
    std::optional<std::string> project;
    if (current == nullptr) {
      body.require("project");
      body.require("name");
      project = body.text("project");
    }
    fields.name = body.text("name");
    fields.path = body.text_or_null("path");
    fields.kind = read_kind(body);
    fields.serves = body.texts("serves");
    STRONGROOM_CHECK(body.finish());
    if (project) {
      STRONGROOM_TRY(fields.project, find_project(services, call.actor(), *project, "/project"));
    }
    return fields;
  }

  void write(JsonWriter& json, const Item& robot, Names& names) const {
    const std::int64_t live_keys = names.live_keys_of(robot.id);
    json.begin_object();
    json.member("id", robot.id);
    json.member("project", robot.project);
    json.member("project_name", names.of(robot.project));
    json.member("name", robot.name);
    json.member("path", robot.path);
    json.member("kind", to_text(robot.kind));
    json.member("serves", robot.serves);
    json.member("live_keys", live_keys);
    json.member("reported_revision", robot.reported_revision);
    json.member("missing_dependencies", robot.missing_dependencies);
    write_stamps(json, robot.stamps);
    json.end_object();
  }
};

// PUT: what its tool says of it. Nobody's change of the robot is in its way, so there is no
// If-Match.
Result<http::Response> report(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::RobotId>(0));
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  body.require("revision");
  vault::RobotReport said;
  said.revision = body.text("revision").value_or("");
  said.missing_dependencies =
      body.texts("missing_dependencies").value_or(std::vector<std::string>{});
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto reported, services.robots.report(call.actor(), id, said));
  JsonWriter json;
  json.begin_object();
  json.member("id", reported.robot.id);
  json.member("reported_revision", reported.robot.reported_revision);
  json.member("missing_dependencies", reported.robot.missing_dependencies);
  json.member("invalidated", reported.invalidated);
  json.end_object();
  return json_response(json.take());
}

}  // namespace

void add_robot_routes(const Services& services, std::vector<Route>& routes) {
  Resource<RobotResource>::add_routes(services, routes);
  routes.push_back({"PUT", RobotResource::kPathWithId, RobotResource::kPath, Caller::kPerson, true,
                    answering([&services](const Call& call) { return report(services, call); })});
}

}  // namespace strongroom::api
