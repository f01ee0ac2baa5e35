#include "vault/robot_input_validity.h"

#include <set>
#include <string_view>
#include <utility>

#include "storage/project_rows.h"
#include "storage/robot_rows.h"
#include "vault/change_event.h"
#include "vault/index_entries.h"
#include "vault/row_mac.h"

namespace strongroom::vault {
namespace {

using storage::RobotInputRow;
using storage::Transaction;

constexpr std::string_view kClientMoved = "client_moved";
constexpr std::string_view kRobotIsOther = "robot_kind_changed";

Status record_change(Context& context, Transaction& tx, const Actor& actor,
                     const RobotInputRow& input, std::string_view reason) {
  STRONGROOM_TRY(const auto robot, storage::find_robot(tx, input.robot_id));
  return record(context, tx, actor,
                {.action = audit::Action::kRobotInputsChanged,
                 .subject = input.robot_id,
                 .project = robot ? robot->project_id : Uuid{},
                 .name = robot ? robot->name : "",
                 .fields = {input.name},
                 .reason = reason});
}

Status invalidate(Context& context, Transaction& tx, const Actor& actor, RobotInputRow input,
                  std::string_view reason) {
  input.invalid_reason = reason;
  STRONGROOM_TRY(input.mac, mac_of(context.sealer, input));
  STRONGROOM_CHECK(storage::update_robot_input(tx, input));
  return record_change(context, tx, actor, input, reason);
}

Result<bool> is_of_strict_project(Transaction& tx, const RobotInputRow& input) {
  STRONGROOM_TRY(const auto robot, storage::find_robot(tx, input.robot_id));
  if (!robot) return false;
  STRONGROOM_TRY(const auto project, storage::find_project(tx, robot->project_id));
  return project && project->strict_robot_access;
}

}  // namespace

// What is not believed counts for nothing anyway, and is not signed by an accident.
Status invalidate_inputs(Context& context, Transaction& tx, const Actor& actor,
                         const std::vector<RobotInputRow>& inputs, InvalidReason reason) {
  std::set<Uuid> robots;
  for (const RobotInputRow& input : inputs) {
    if (!input.invalid_reason.empty() || !check_mac(context.sealer, input)) continue;
    STRONGROOM_TRY(const bool is_strict, is_of_strict_project(tx, input));
    if (!is_strict) continue;
    STRONGROOM_CHECK(invalidate(context, tx, actor, input, to_text(reason)));
    robots.insert(input.robot_id);
  }
  for (const Uuid& robot : robots) STRONGROOM_CHECK(put_inputs_on_commit(context, tx, robot));
  return {};
}

Status invalidate_inputs_of_robot(Context& context, Transaction& tx, const Actor& actor,
                                  const Uuid& robot, InvalidReason reason) {
  STRONGROOM_TRY(const auto inputs, storage::inputs_of_robot(tx, robot));
  return invalidate_inputs(context, tx, actor, inputs, reason);
}

Status end_inputs_of_client(Context& context, Transaction& tx, const Actor& actor,
                            const Uuid& client) {
  STRONGROOM_TRY(const auto inputs, storage::inputs_of_client(tx, client));
  for (const RobotInputRow& input : inputs) {
    if (input.invalid_reason == kClientMoved || !check_mac(context.sealer, input)) continue;
    STRONGROOM_CHECK(invalidate(context, tx, actor, input, kClientMoved));
    STRONGROOM_CHECK(put_inputs_on_commit(context, tx, input.robot_id));
  }
  return {};
}

Status end_inputs_of_robot(Context& context, Transaction& tx, const Actor& actor,
                           const Uuid& robot) {
  STRONGROOM_TRY(const auto inputs, storage::inputs_of_robot(tx, robot));
  for (const RobotInputRow& input : inputs) {
    STRONGROOM_CHECK(storage::delete_robot_input(tx, input.id));
    STRONGROOM_CHECK(record_change(context, tx, actor, input, kRobotIsOther));
  }
  return put_inputs_on_commit(context, tx, robot);
}

Status put_inputs_on_commit(Context& context, Transaction& tx, const Uuid& robot) {
  STRONGROOM_TRY(auto inputs, read_inputs(context, tx, RobotId{robot}));
  tx.on_commit([&context, robot, inputs = std::move(inputs)] {
    context.index.put_inputs(RobotId{robot}, inputs);
  });
  return {};
}

}  // namespace strongroom::vault
