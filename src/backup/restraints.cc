#include "backup/restraints.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crypto/uuid.h"
#include "storage/kill_rows.h"
#include "storage/oauth_client_rows.h"
#include "storage/project_rows.h"
#include "storage/robot_rows.h"
#include "storage/target_system_rows.h"
#include "vault/kill.h"
#include "vault/row_mac.h"

namespace strongroom::backup {
namespace {

using audit::Action;
using storage::KillRow;
using storage::Transaction;
using vault::KillScope;

Status make_strict(Taking& taking, Transaction& tx, const Uuid& id) {
  STRONGROOM_TRY(auto project, storage::find_project(tx, id));
  if (!project || project->strict_robot_access) return {};
  STRONGROOM_CHECK(vault::check_mac(taking.data.sealer(), *project));
  project->strict_robot_access = true;
  STRONGROOM_TRY(project->mac, vault::mac_of(taking.data.sealer(), *project));
  STRONGROOM_CHECK(storage::update_project(tx, *project));
  ++taking.report.not_revived.others;
  return record(taking, tx,
                {.action = Action::kProjectUpdated,
                 .subject = id,
                 .project = id,
                 .name = project->name,
                 .fields = {std::string(kStrictField)}});
}

// The trail says of each change of the setting that there was one, and the backup where they began.
Status take_strictness(Taking& taking, Transaction& tx) {
  for (const auto& [project, turns] : taking.newer.strict_changes) {
    if (turns % 2 != 0) STRONGROOM_CHECK(make_strict(taking, tx, project));
  }
  return {};
}

// A kill of a thing that the backup does not have stops nothing.
Result<bool> find_subject(storage::Snapshot& snapshot, KillScope scope, KillRow& row) {
  const Uuid id = row.subject_id.value_or(Uuid{});
  switch (scope) {
    case KillScope::kRobot: {
      STRONGROOM_TRY(const auto robot, storage::find_robot(snapshot, id));
      if (robot) row.project_id = robot->project_id;
      return robot.has_value();
    }
    case KillScope::kOAuthClient: {
      STRONGROOM_TRY(const auto client, storage::find_oauth_client(snapshot, id));
      if (client) row.project_id = client->project_id;
      return client.has_value();
    }
    case KillScope::kTargetSystem: {
      STRONGROOM_TRY(const auto system, storage::find_target_system(snapshot, id));
      if (system) row.project_id = system->project_id;
      return system.has_value();
    }
    case KillScope::kProject: {
      STRONGROOM_TRY(const auto project, storage::find_project(snapshot, id));
      row.project_id = id;
      return project.has_value();
    }
    case KillScope::kServiceProvider:
      return !row.service_provider.empty();
  }
  return false;
}

bool stops_the_same(const KillRow& one, const KillRow& other) {
  return one.scope == other.scope && one.subject_id == other.subject_id &&
         one.service_provider == other.service_provider;
}

KillRow row_of(const Killed& killed, const KillSince& since, Taking& taking) {
  const auto& [scope, id, provider] = killed;
  KillRow row;
  row.id = crypto::make_uuid(taking.now, taking.random);
  row.scope = scope;
  if (!id.is_nil()) row.subject_id = id;
  row.service_provider = provider;
  row.name = since.name;
  row.reason = "Somebody set this after the backup that was restored was made.";
  row.revocation = to_text(vault::KillRevocation::kOff);
  row.killed_by = since.by;
  row.killed_at = since.at;
  return row;
}

Status stop(Taking& taking, Transaction& tx, KillRow row) {
  STRONGROOM_TRY(row.mac, vault::mac_of(taking.data.sealer(), row));
  STRONGROOM_CHECK(storage::insert_kill(tx, row));
  ++taking.report.not_revived.others;
  std::vector<std::string> fields{row.scope};
  if (!row.service_provider.empty()) fields.push_back(row.service_provider);
  return record(taking, tx,
                {.action = Action::kKillSet,
                 .subject = row.subject_id.value_or(Uuid{}),
                 .project = row.project_id.value_or(Uuid{}),
                 .name = row.name,
                 .fields = std::move(fields)});
}

Status take_kills(Taking& taking, Transaction& tx) {
  STRONGROOM_TRY(const auto known, storage::all_kills(tx));
  std::int64_t unnamed = 0;
  for (const auto& [killed, since] : taking.newer.kills) {
    KillRow row = row_of(killed, since, taking);
    const bool is_known =
        std::ranges::any_of(known, [&](const KillRow& one) { return stops_the_same(one, row); });
    const auto scope = vault::kill_scope_from_text(row.scope);
    if (is_known || !scope) continue;
    if (*scope == KillScope::kServiceProvider && row.service_provider.empty()) ++unnamed;
    STRONGROOM_TRY(const bool is_there, find_subject(tx, *scope, row));
    if (is_there) STRONGROOM_CHECK(stop(taking, tx, std::move(row)));
  }
  if (unnamed == 0) return {};
  taking.report.warnings.push_back(
      "Service providers that were stopped since the backup are stopped no more, because the trail "
      "of a server as old as that does not say which; stop them again: " +
      std::to_string(unnamed));
  return {};
}

}  // namespace

Status take_restraints(Taking& taking, Transaction& tx) {
  STRONGROOM_CHECK(take_strictness(taking, tx));
  return take_kills(taking, tx);
}

}  // namespace strongroom::backup
