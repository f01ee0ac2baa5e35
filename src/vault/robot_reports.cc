// What the tools of robots report of them.

#include <algorithm>

#include "storage/robot_rows.h"
#include "vault/change_event.h"
#include "vault/json_texts.h"
#include "vault/reach.h"
#include "vault/robot_access_validity.h"
#include "vault/robot_input_validity.h"
#include "vault/robot_record.h"
#include "vault/robots.h"
#include "vault/signed_rows.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using storage::RobotRow;
using storage::Transaction;

constexpr std::size_t kLongestDependency = 256;  // bytes

Status check(const RobotReport& report) {
  if (report.revision.empty() || report.revision.size() > kLongestRobotRevision) {
    return Error{Code::kInvalidArgument, "A revision has 1 to 256 bytes."}.at("/revision");
  }
  const bool too_long = std::ranges::any_of(report.missing_dependencies, [](const auto& name) {
    return name.empty() || name.size() > kLongestDependency;
  });
  if (too_long || report.missing_dependencies.size() > kMaxMissingDependencies) {
    return Error{Code::kInvalidArgument, "Up to 32 names of 1 to 256 bytes are taken."}.at(
        "/missing_dependencies");
  }
  return {};
}

// A runner, or whoever configures.
Status may_report(const Actor& actor, const Uuid& project) {
  if (actor.need(Permission::kConfigure, project)) return {};
  return actor.need(Permission::kRunRobots, project);
}

// The first report says what there was when access was given.
std::optional<InvalidReason> reason_of(const RobotRow& before, const RobotReport& report) {
  if (!report.missing_dependencies.empty()) return InvalidReason::kDependencyMissing;
  const bool is_other = before.reported_revision != report.revision;
  if (is_other && !before.reported_revision.empty()) return InvalidReason::kRobotChanged;
  return std::nullopt;
}

}  // namespace

Result<ReportedRobot> Robots::report(const Actor& actor, RobotId id, const RobotReport& report) {
  if (!actor.need(Permission::kConfigure)) STRONGROOM_CHECK(actor.need(Permission::kRunRobots));
  STRONGROOM_CHECK(check(report));
  using Answer = ReportedRobot;
  return storage::write<Answer>(context_.store, [&](Transaction& tx) -> Result<Answer> {
    STRONGROOM_TRY(const RobotRow before, living(storage::find_robot(tx, id.uuid)));
    STRONGROOM_CHECK(may_report(actor, before.project_id));
    RobotRow row = before;
    row.reported_revision = report.revision;
    row.missing_dependencies = to_json(report.missing_dependencies);
    Change change{.action = audit::Action::kRobotReported,
                  .subject = row.id,
                  .project = row.project_id,
                  .name = row.name};
    if (row.reported_revision != before.reported_revision) change.fields.emplace_back("revision");
    if (row.missing_dependencies != before.missing_dependencies) {
      change.fields.emplace_back("missing_dependencies");
    }
    Answer answer;
    if (const auto reason = reason_of(before, report)) {
      STRONGROOM_TRY(answer.invalidated,
                     invalidate_rules_of_robot(context_, tx, actor, id.uuid, *reason));
      STRONGROOM_CHECK(invalidate_inputs_of_robot(context_, tx, actor, id.uuid, *reason));
    }
    if (!change.fields.empty()) {
      STRONGROOM_CHECK(update_row(context_, tx, row));
      STRONGROOM_CHECK(record(context_, tx, actor, std::move(change)));
    }
    STRONGROOM_TRY(answer.robot, to_robot(row));
    return answer;
  });
}

}  // namespace strongroom::vault
