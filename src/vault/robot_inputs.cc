#include "vault/robot_inputs.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "storage/oauth_client_rows.h"
#include "storage/project_rows.h"
#include "storage/robot_input_rows.h"
#include "storage/target_system_rows.h"
#include "vault/basic_engine.h"
#include "vault/change_event.h"
#include "vault/index_entries.h"
#include "vault/reach.h"
#include "vault/robot_input_validity.h"
#include "vault/row_mac.h"
#include "vault/signed_rows.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using storage::RobotInputRow;
using storage::RobotRow;
using storage::Snapshot;
using storage::Transaction;

Error refused(LiteralText message, std::size_t index, std::string_view member) {
  std::string pointer("/items/");
  pointer.append(std::to_string(index)).append("/").append(member);
  return Error{Code::kInvalidArgument, message}.at(std::move(pointer));
}

// Names as they will be stored; the same one twice, in whatever case, would be one too many.
Result<std::vector<NewRobotInput>> cleaned(const std::vector<NewRobotInput>& inputs) {
  if (inputs.size() > kMaxRobotInputs) {
    return Error{Code::kInvalidArgument, "A robot takes 50 inputs at most."}.at("/items");
  }
  std::vector<NewRobotInput> clean;
  std::set<std::string> keys;
  for (const NewRobotInput& input : inputs) {
    const std::size_t index = clean.size();
    STRONGROOM_TRY(std::string name,
                   clean_name(input.name, "/items/" + std::to_string(index) + "/name"));
    if (!keys.insert(name_key(name)).second) {
      return refused("Another input of this robot has this name.", index, "name");
    }
    clean.push_back({std::move(name), input.oauth_client});
  }
  return clean;
}

// A client that `actor` cannot see is not there; nor is one of another project, as for the rules.
Status check_client(const crypto::Sealer& sealer, Snapshot& snapshot, const RobotRow& robot,
                    const RobotInputRow& row, std::string& label) {
  const auto index = static_cast<std::size_t>(row.position);
  const auto client = living(storage::find_oauth_client(snapshot, row.oauth_client_id));
  if (!client || client->project_id != robot.project_id) {
    return refused("There is no such OAuth client in the project of this robot.", index,
                   "oauth_client");
  }
  label = client->label;
  return check_mac(sealer, *client);
}

// What a replacement comes to.
struct Plan {
  std::vector<RobotInputRow> kept;  // and still believed: only their places change
  std::vector<RobotInputRow> added;
  std::vector<RobotInputRow> removed;
};

Plan plan_of(const crypto::Sealer& sealer, const std::vector<NewRobotInput>& wanted,
             std::vector<RobotInputRow> stored) {
  Plan plan;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto same = std::ranges::find_if(stored, [&](const RobotInputRow& row) {
      return row.name == wanted[i].name && row.oauth_client_id == wanted[i].oauth_client.uuid &&
             row.invalid_reason.empty() && check_mac(sealer, row);
    });
    RobotInputRow row;
    if (same != stored.end()) {
      row = *same;
      stored.erase(same);
    } else {
      row.name = wanted[i].name;
      row.oauth_client_id = wanted[i].oauth_client.uuid;
    }
    row.position = static_cast<std::int64_t>(i);
    (row.id.is_nil() ? plan.added : plan.kept).push_back(std::move(row));
  }
  plan.removed = std::move(stored);
  return plan;
}

Status record_inputs(Context& context, Transaction& tx, const Actor& actor, const RobotRow& robot,
                     std::vector<std::string> names, std::string_view what) {
  if (names.empty()) return {};
  return record(context, tx, actor,
                {.action = audit::Action::kRobotInputsChanged,
                 .subject = robot.id,
                 .project = robot.project_id,
                 .name = robot.name,
                 .fields = std::move(names),
                 .reason = what});
}

Status remove_inputs(Context& context, Transaction& tx, const Actor& actor, const RobotRow& robot,
                     const Plan& plan) {
  std::vector<std::string> names;
  for (const RobotInputRow& row : plan.removed) {
    STRONGROOM_CHECK(storage::delete_robot_input(tx, row.id));
    names.push_back(row.name);
  }
  return record_inputs(context, tx, actor, robot, std::move(names), "removed");
}

// The trail names inputs together with the labels of their clients, as they were called then.
Status add_inputs(Context& context, Transaction& tx, const Actor& actor, const RobotRow& robot,
                  Plan& plan) {
  std::vector<std::string> names;
  for (RobotInputRow& row : plan.added) {
    std::string label;
    STRONGROOM_CHECK(check_client(context.sealer, tx, robot, row, label));
    row.robot_id = robot.id;
    row.created_at = context.clock.now();
    row.id = crypto::make_uuid(row.created_at, context.random);
    STRONGROOM_TRY(row.mac, mac_of(context.sealer, row));
    STRONGROOM_CHECK(storage::insert_robot_input(tx, row));
    names.push_back(row.name + " = " + label);
  }
  return record_inputs(context, tx, actor, robot, std::move(names), "added");
}

Status move_inputs(Context& context, Transaction& tx, Plan& plan) {
  for (RobotInputRow& row : plan.kept) {
    STRONGROOM_TRY(row.mac, mac_of(context.sealer, row));
    STRONGROOM_CHECK(storage::update_robot_input(tx, row));
  }
  return {};
}

Status check_takes_input(const RobotRow& robot) {
  if (robot.kind == to_text(RobotKind::kBasicEngine)) return {};
  return Error{Code::kConflict,
               "Only Basic Engine Robots take inputs; others look their tokens up.",
               {},
               "not_basic_engine"};
}

}  // namespace

Result<RobotInputs> RobotInputLists::read(Snapshot& snapshot, const RobotRow& robot) {
  STRONGROOM_TRY(const auto rows, storage::inputs_of_robot(snapshot, robot.id));
  RobotInputs inputs{.revision = robot.stamps.revision, .items = {}};
  for (const RobotInputRow& row : rows) {
    const OAuthClientId id{row.oauth_client_id};
    const auto why = why_not_delivered(context_.index, ProjectId{robot.project_id},
                                       index_entry(context_, row), context_.index.find(id));
    RobotInput input{.name = row.name,
                     .oauth_client = id,
                     .label = {},
                     .target_system = {},
                     .project = {},
                     .why_not = why ? to_text(*why) : std::string_view()};
    STRONGROOM_TRY(const auto client, storage::find_oauth_client(snapshot, row.oauth_client_id));
    // What went to another project is for those who see that one.
    if (client && client->project_id == robot.project_id) {
      input.label = client->label;
      STRONGROOM_TRY(const auto system,
                     storage::find_target_system(snapshot, client->target_system_id));
      if (system) input.target_system = system->name;
      STRONGROOM_TRY(const auto project, storage::find_project(snapshot, client->project_id));
      if (project) input.project = project->name;
    }
    inputs.items.push_back(std::move(input));
  }
  return inputs;
}

Result<RobotInputs> RobotInputLists::get(const Actor& actor, RobotId robot) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  return storage::read<RobotInputs>(context_.store, [&](Snapshot& snapshot) -> Result<RobotInputs> {
    STRONGROOM_TRY(const RobotRow row, allowed(actor, Permission::kView,
                                               living(storage::find_robot(snapshot, robot.uuid))));
    return read(snapshot, row);
  });
}

Result<RobotInputs> RobotInputLists::replace(const Actor& actor, RobotId robot, Revision expected,
                                             const std::vector<NewRobotInput>& inputs) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_TRY(const auto wanted, cleaned(inputs));
  const Status stored = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(RobotRow row, allowed(actor, Permission::kConfigure,
                                         living(storage::find_robot(tx, robot.uuid))));
    STRONGROOM_CHECK(check_revision(row.stamps, expected));
    STRONGROOM_CHECK(check_takes_input(row));
    STRONGROOM_TRY(auto before, storage::inputs_of_robot(tx, robot.uuid));
    Plan plan = plan_of(context_.sealer, wanted, std::move(before));
    STRONGROOM_CHECK(actor.need(Permission::kGrantAccess, row.project_id));
    if (!plan.added.empty()) STRONGROOM_CHECK(need_writable_audit(context_));
    STRONGROOM_CHECK(remove_inputs(context_, tx, actor, row, plan));
    STRONGROOM_CHECK(move_inputs(context_, tx, plan));
    STRONGROOM_CHECK(add_inputs(context_, tx, actor, row, plan));
    touch(row.stamps, context_.clock.now());
    STRONGROOM_CHECK(update_row(context_, tx, row));
    return put_inputs_on_commit(context_, tx, robot.uuid);
  });
  STRONGROOM_CHECK(stored);
  return get(actor, robot);
}

Result<std::vector<InputTaker>> RobotInputLists::takers_of(const Actor& actor,
                                                           OAuthClientId client) {
  using Takers = std::vector<InputTaker>;
  return storage::read<Takers>(context_.store, [&](Snapshot& snapshot) -> Result<Takers> {
    STRONGROOM_CHECK(check_reach(snapshot, actor, Permission::kView, client));
    STRONGROOM_TRY(const auto rows, storage::inputs_of_client(snapshot, client.uuid));
    Takers takers;
    for (const RobotInputRow& row : rows) {
      const auto robot = living(storage::find_robot(snapshot, row.robot_id));
      if (!robot) continue;
      if (!actor.need(Permission::kView, robot->project_id)) continue;
      takers.push_back({RobotId{row.robot_id}, robot->name, robot->path, row.name});
    }
    return takers;
  });
}

}  // namespace strongroom::vault
