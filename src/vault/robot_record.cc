#include "vault/robot_record.h"

#include <algorithm>
#include <utility>

#include "base/unicode.h"
#include "storage/oauth_client_rows.h"
#include "storage/robot_access_rows.h"
#include "vault/json_texts.h"
#include "vault/path_pattern.h"
#include "vault/stored.h"

namespace strongroom::vault {

Result<Robot> to_robot(const storage::RobotRow& row) {
  const auto kind = robot_kind_from_text(row.kind);
  if (!kind) return Error{Code::kCorrupt, "A stored row is damaged.", "robots " + row.id.text()};
  STRONGROOM_TRY(auto serves, texts_from_json(row.serves));
  Robot robot{RobotId{row.id},   ProjectId{row.project_id}, row.name, row.path, *kind,
              std::move(serves), to_stamps(row.stamps)};
  robot.reported_revision = row.reported_revision;
  STRONGROOM_TRY(robot.missing_dependencies, texts_from_json(row.missing_dependencies));
  return robot;
}

namespace {

constexpr std::size_t kMostPaths = 50;

// A robot that is no runner any more runs nobody; a runner that nothing is said of runs those at
// and under its own path.
Status set_serves(const RobotFields& fields, storage::RobotRow& row) {
  const bool is_runner = row.kind == to_text(RobotKind::kRunner);
  if (!is_runner && fields.serves && !fields.serves->empty()) {
    return Error{Code::kInvalidArgument, "Only a runner runs other robots."}.at("/serves");
  }
  if (!is_runner) {
    row.serves = "[]";
    return {};
  }
  std::vector<std::string> paths;
  if (fields.serves) {
    if (fields.serves->size() > kMostPaths) {
      return Error{Code::kInvalidArgument, "There may be 50 paths at most."}.at("/serves");
    }
    for (const std::string& text : *fields.serves) {
      STRONGROOM_TRY(paths.emplace_back(),
                     clean_path(text, "/serves/" + std::to_string(paths.size())));
    }
  }
  if (fields.serves && !paths.empty()) row.serves = to_json(paths);
  if (row.serves == "[]") row.serves = to_json(std::vector<std::string>{row.path});
  return {};
}

}  // namespace

Status set_fields(const RobotFields& fields, storage::RobotRow& row) {
  if (fields.name) {
    STRONGROOM_TRY(row.name, clean_name(*fields.name, "/name"));
    if (row.name.find('/') != std::string::npos) {
      return Error{Code::kInvalidArgument, "A robot's name has no slash: folders go into the path."}
          .at("/name");
    }
    row.name_key = name_key(row.name);
  }
  if (fields.path) {
    STRONGROOM_TRY(row.path, clean_path(*fields.path, "/path"));
    row.path_key = name_key(row.path);
  }
  if (fields.kind) row.kind = to_text(*fields.kind);
  return set_serves(fields, row);
}

Result<bool> gains_access(storage::Snapshot& snapshot, const Uuid& project,
                          std::optional<std::string_view> before, std::string_view path_key) {
  STRONGROOM_TRY(const auto rules, storage::pattern_rules_of_project(snapshot, project));
  return std::ranges::any_of(rules, [&](const storage::RobotAccessRow& rule) {
    const bool had_it = before && path_fits(rule.pattern_key, *before);
    return !had_it && path_fits(rule.pattern_key, path_key);
  });
}

Result<bool> gained_access_since(storage::Snapshot& snapshot, const Uuid& project,
                                 std::string_view path_key, WallTime moment) {
  STRONGROOM_TRY(const auto rules, storage::pattern_rules_of_project(snapshot, project));
  return std::ranges::any_of(rules, [&](const storage::RobotAccessRow& rule) {
    return rule.created_at >= moment && path_fits(rule.pattern_key, path_key);
  });
}

Status check_restricted_clients(storage::Snapshot& snapshot, const KeyRestrictions& restrictions,
                                const storage::RobotRow& robot) {
  for (std::size_t i = 0; i < restrictions.oauth_clients.size(); ++i) {
    const Uuid& id = restrictions.oauth_clients[i].uuid;
    STRONGROOM_TRY(const auto client, storage::find_oauth_client(snapshot, id));
    if (client && !client->stamps.deleted_at && client->project_id == robot.project_id) continue;
    return Error{Code::kInvalidArgument, "The robot's project has no such OAuth client."}.at(
        "/restrictions/oauth_clients/" + std::to_string(i));
  }
  return {};
}

}  // namespace strongroom::vault
