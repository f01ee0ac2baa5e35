#include "storage/robot_input_rows.h"

#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

#define STRONGROOM_ROBOT_INPUT_COLUMNS                                                 \
  "i.id, i.robot_id, i.name, i.oauth_client_id, i.position, i.invalid_reason, i.mac, " \
  "i.created_at"

RobotInputRow read_input(Rows& rows) {
  return {.id = rows.uuid(0),
          .robot_id = rows.uuid(1),
          .name = std::string(rows.text(2)),
          .oauth_client_id = rows.uuid(3),
          .position = rows.integer(4),
          .invalid_reason = std::string(rows.text(5)),
          .mac = std::string(rows.bytes(6)),
          .created_at = rows.time(7)};
}

}  // namespace

Result<std::vector<RobotInputRow>> inputs_of_robot(Snapshot& snapshot, const Uuid& robot_id) {
  return fetch_all<RobotInputRow>(snapshot,
                                  "SELECT " STRONGROOM_ROBOT_INPUT_COLUMNS
                                  " FROM robot_inputs i WHERE i.robot_id = ? ORDER BY i.position",
                                  {to_value(robot_id)}, read_input);
}

Result<std::vector<RobotInputRow>> inputs_of_client(Snapshot& snapshot,
                                                    const Uuid& oauth_client_id) {
  return fetch_all<RobotInputRow>(snapshot,
                                  "SELECT " STRONGROOM_ROBOT_INPUT_COLUMNS
                                  " FROM robot_inputs i WHERE i.oauth_client_id = ? ORDER BY i.id",
                                  {to_value(oauth_client_id)}, read_input);
}

Result<std::vector<RobotInputRow>> inputs_of_target_system(Snapshot& snapshot,
                                                           const Uuid& target_system_id) {
  return fetch_all<RobotInputRow>(
      snapshot,
      "SELECT " STRONGROOM_ROBOT_INPUT_COLUMNS
      " FROM robot_inputs i JOIN oauth_clients c ON c.id = i.oauth_client_id "
      "WHERE c.target_system_id = ? ORDER BY i.id",
      {to_value(target_system_id)}, read_input);
}

Result<std::optional<RobotInputRow>> find_robot_input(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<RobotInputRow>(
      snapshot, "SELECT " STRONGROOM_ROBOT_INPUT_COLUMNS " FROM robot_inputs i WHERE i.id = ?",
      {to_value(id)}, read_input);
}

Status insert_robot_input(Transaction& tx, const RobotInputRow& row) {
  return run(tx,
             "INSERT INTO robot_inputs (id, robot_id, name, oauth_client_id, position, "
             "invalid_reason, mac, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
             {to_value(row.id), to_value(row.robot_id), row.name, to_value(row.oauth_client_id),
              row.position, row.invalid_reason, Blob{row.mac}, to_value(row.created_at)});
}

Status update_robot_input(Transaction& tx, const RobotInputRow& row) {
  return run(tx, "UPDATE robot_inputs SET position = ?, invalid_reason = ?, mac = ? WHERE id = ?",
             {row.position, row.invalid_reason, Blob{row.mac}, to_value(row.id)});
}

Status delete_robot_input(Transaction& tx, const Uuid& id) {
  return run(tx, "DELETE FROM robot_inputs WHERE id = ?", {to_value(id)});
}

Status for_each_robot_input(Snapshot& snapshot, UniqueFunction<Status(const RobotInputRow&)> each) {
  return for_each_row(snapshot,
                      "SELECT " STRONGROOM_ROBOT_INPUT_COLUMNS
                      " FROM robot_inputs i ORDER BY i.robot_id, i.position",
                      read_input, each);
}

}  // namespace strongroom::storage
