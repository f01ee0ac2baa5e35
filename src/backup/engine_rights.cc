#include "backup/engine_rights.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backup/rights.h"
#include "storage/oauth_client_rows.h"
#include "storage/robot_input_rows.h"
#include "storage/robot_rows.h"
#include "storage/server_setting_rows.h"
#include "vault/row_mac.h"
#include "vault/server_settings.h"

namespace strongroom::backup {
namespace {

using audit::Action;
using storage::RobotInputRow;
using storage::Transaction;

enum class Fate : std::uint8_t { kCounts, kDoubtful, kRemoved };

// Whether it was removed and then added as it was cannot be told from the trail for certain: it
// names clients by their labels of then.
Result<Fate> fate_of(const Taking& taking, storage::Snapshot& snapshot, const RobotInputRow& row) {
  const Newer& newer = taking.newer;
  if (newer.revoked.contains(row.id)) return Fate::kRemoved;
  const bool doubtful = taking.is_doubtful(row.id) || newer.deleted_robots.contains(row.robot_id);
  const Fate unchanged = doubtful ? Fate::kDoubtful : Fate::kCounts;
  const auto since = newer.inputs.find(row.robot_id);
  if (since == newer.inputs.end()) return unchanged;
  const InputsSince& inputs = since->second;
  if (inputs.removed.contains(row.name)) {
    STRONGROOM_TRY(const auto client, storage::find_oauth_client(snapshot, row.oauth_client_id));
    const bool added = client && inputs.added.contains(row.name + " = " + client->label);
    return added ? Fate::kDoubtful : Fate::kRemoved;
  }
  return inputs.doubtful.contains(row.name) ? Fate::kDoubtful : unchanged;
}

Status invalidate(Taking& taking, Transaction& tx, RobotInputRow& row, std::string_view reason) {
  STRONGROOM_CHECK(vault::check_mac(taking.data.sealer(), row));
  row.invalid_reason = reason;
  STRONGROOM_TRY(row.mac, vault::mac_of(taking.data.sealer(), row));
  return storage::update_robot_input(tx, row);
}

Status take_input(Taking& taking, Transaction& tx, RobotInputRow row) {
  STRONGROOM_TRY(const Fate fate, fate_of(taking, tx, row));
  // What does not count already cannot be suspended, but what a restore suspended can be removed.
  const bool changes =
      fate == Fate::kRemoved ? row.invalid_reason != kNotRevivedInput : row.invalid_reason.empty();
  if (fate == Fate::kCounts || !changes) return {};
  STRONGROOM_TRY(const auto robot, storage::find_robot(tx, row.robot_id));
  if (!robot) return {};
  if (fate == Fate::kRemoved) {
    STRONGROOM_CHECK(invalidate(taking, tx, row, kNotRevivedInput));
    ++taking.report.not_revived.robot_inputs;
    return record(taking, tx,
                  {.action = Action::kRobotInputsChanged,
                   .subject = robot->id,
                   .project = robot->project_id,
                   .name = robot->name,
                   .fields = {row.name}});
  }
  STRONGROOM_CHECK(invalidate(taking, tx, row, kRestoredRule));
  ++taking.report.suspended.robot_inputs;
  return suspend(taking, tx, kRobotInputKind,
                 {.action = Action::kRobotAccessSuspended,
                  .subject = row.id,
                  .project = robot->project_id,
                  .name = robot->name + ": " + row.name});
}

Status forbid(Taking& taking, Transaction& tx, storage::ServerSettingRow row) {
  row.value = vault::kYes;
  STRONGROOM_TRY(row.mac, vault::mac_of(taking.data.sealer(), row));
  STRONGROOM_CHECK(storage::put_server_setting(tx, row));
  ++taking.report.not_revived.others;
  return record(
      taking, tx,
      {.action = Action::kServerSettingChanged, .subject = {}, .name = row.name, .reason = "on"});
}

Status take_permission_of_all(Taking& taking, Transaction& tx, bool has_inputs) {
  STRONGROOM_TRY(auto settings, storage::all_server_settings(tx));
  const auto stored =
      std::ranges::find(settings, vault::kBasicEngineForbidden, &storage::ServerSettingRow::name);
  storage::ServerSettingRow row{.name = std::string(vault::kBasicEngineForbidden), .value = {}};
  if (stored != settings.end()) {
    STRONGROOM_CHECK(vault::check_mac(taking.data.sealer(), *stored));
    row = *stored;
  }
  if (row.value == vault::kYes) return {};
  if (taking.newer.forbids_basic_engine) return forbid(taking, tx, std::move(row));
  if (has_inputs && !taking.newer.has_trail) {
    taking.report.warnings.emplace_back(
        "Nobody knows whether Basic Engine Robots were forbidden since the backup; look at that "
        "setting of the server.");
  }
  return {};
}

}  // namespace

// Read first: rows are not changed while they are walked.
Status take_basic_engine_rights(Taking& taking, Transaction& tx) {
  std::vector<RobotInputRow> rows;
  STRONGROOM_CHECK(storage::for_each_robot_input(tx, [&](const RobotInputRow& row) -> Status {
    rows.push_back(row);
    return {};
  }));
  for (const RobotInputRow& row : rows) STRONGROOM_CHECK(take_input(taking, tx, row));
  return take_permission_of_all(taking, tx, !rows.empty());
}

}  // namespace strongroom::backup
