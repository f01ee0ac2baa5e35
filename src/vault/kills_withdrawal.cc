// What a kill takes away: the tokens below it, for Revocations to tell their providers.

#include <algorithm>

#include "storage/kill_rows.h"
#include "storage/robot_access_rows.h"
#include "storage/robot_input_rows.h"
#include "storage/robot_rows.h"
#include "vault/granted_tokens.h"
#include "vault/index_entries.h"
#include "vault/kills.h"
#include "vault/path_pattern.h"
#include "vault/token_withdrawal.h"

namespace strongroom::vault {
namespace {

using storage::RobotAccessRow;
using storage::Snapshot;

constexpr std::int64_t kClientsAtOnce = 32;

storage::ClientsBelow clients_below(const KillSubject& subject) {
  storage::ClientsBelow below;
  switch (subject.scope) {
    case KillScope::kOAuthClient:
    case KillScope::kRobot:  // one by one, as its rules say
      below.oauth_client = subject.id;
      break;
    case KillScope::kTargetSystem:
      below.target_system = subject.id;
      break;
    case KillScope::kServiceProvider:
      below.service_provider = subject.service_provider;
      break;
    case KillScope::kProject:
      below.project = subject.id;
      break;
  }
  return below;
}

using Readers = std::vector<std::shared_ptr<const RobotEntry>>;

// Whose rules count for what the robot has got: its own and, of a runner, of those that it runs.
Result<Readers> readers_behind(Snapshot& snapshot, const storage::RobotRow& robot) {
  Readers readers{index_entry(robot)};
  if (!readers.front()->is_runner) return readers;
  const std::shared_ptr<const RobotEntry> runner = readers.front();
  STRONGROOM_CHECK(storage::for_each_robot(snapshot, [&](const storage::RobotRow& row) -> Status {
    if (row.project_id != robot.project_id) return {};
    auto other = index_entry(row);
    if (runs(*runner, *other)) readers.push_back(std::move(other));
    return {};
  }));
  return readers;
}

bool fits(const RobotAccessRow& rule, const RobotEntry& reader) {
  if (rule.robot_id) return *rule.robot_id == reader.id.uuid;
  return path_fits(rule.pattern_key, reader.path_key);
}

// What was delivered to a Basic Engine Robot as input, or to the runner that launches it.
Status add_inputs(Snapshot& snapshot, const Readers& readers, std::vector<Uuid>& clients) {
  for (const auto& reader : readers) {
    STRONGROOM_TRY(const auto inputs, storage::inputs_of_robot(snapshot, reader->id.uuid));
    for (const storage::RobotInputRow& input : inputs) clients.push_back(input.oauth_client_id);
  }
  return {};
}

// The clients that a robot may read, or takes as input: it may have a living token of each of them.
Result<std::vector<Uuid>> clients_of_robot(Snapshot& snapshot, const Uuid& id, const Uuid& after) {
  STRONGROOM_TRY(const auto robot, storage::find_robot(snapshot, id));
  if (!robot) return std::vector<Uuid>();
  STRONGROOM_TRY(const Readers readers, readers_behind(snapshot, *robot));
  storage::RobotAccessListRequest request;
  request.project_id = robot->project_id;
  STRONGROOM_TRY(const auto rules, storage::all_rules_of(snapshot, request));
  std::vector<Uuid> readable;
  for (const RobotAccessRow& rule : rules) {
    const bool is_read =
        std::ranges::any_of(readers, [&](const auto& reader) { return fits(rule, *reader); });
    if (is_read) readable.push_back(rule.oauth_client_id);
  }
  STRONGROOM_CHECK(add_inputs(snapshot, readers, readable));
  std::erase_if(readable, [&](const Uuid& client) { return !(after < client); });
  std::ranges::sort(readable);
  readable.erase(std::unique(readable.begin(), readable.end()), readable.end());
  std::vector<Uuid> found;
  for (const Uuid& client : readable) {
    STRONGROOM_TRY(const auto has,
                   storage::clients_with_tokens(snapshot, {.oauth_client = client}, Uuid{}, 1));
    if (!has.empty()) found.push_back(client);
    if (std::ssize(found) == kClientsAtOnce) break;
  }
  return found;
}

}  // namespace

Result<std::vector<Uuid>> Kills::next_clients(const Kill& kill, const Uuid& after) {
  using Ids = std::vector<Uuid>;
  return storage::read<Ids>(context_.store, [&](Snapshot& snapshot) -> Result<Ids> {
    if (kill.subject.scope == KillScope::kRobot) {
      return clients_of_robot(snapshot, kill.subject.id, after);
    }
    return storage::clients_with_tokens(snapshot, clients_below(kill.subject), after,
                                        kClientsAtOnce);
  });
}

Status Kills::withdraw_some() {
  const auto kills = state_.lock()->kills;
  for (const auto& [id, kill] : kills) {
    if (kill.revocation != KillRevocation::kQueued || !kill.is_durable) continue;
    STRONGROOM_CHECK(withdraw(kill, walks_[id]));
  }
  std::erase_if(walks_, [&](const auto& walk) { return !kills.contains(walk.first); });
  return {};
}

// One walk over the clients takes what they have. What was being asked for when the kill came may
// arrive later, but not after its lease has run out: then there is a second walk, and that is all.
Status Kills::withdraw(const Kill& kill, Walk& walk) {
  const bool is_late = context_.clock.now() - kill.killed_at > kGrantLease;
  if (walk.is_first_over && !is_late) return {};
  STRONGROOM_TRY(const std::vector<Uuid> clients, next_clients(kill, walk.after));
  const Actor server{.kind = audit::ActorKind::kServer};
  for (const Uuid& client : clients) {
    const auto taken = withdraw_tokens(context_, server, OAuthClientId{client});
    if (!taken && taken.error().code == Code::kUnavailable) return taken.error();
    if (!taken && taken.error().problem.view() != "no_tokens") {
      context_.log.failed("A killed client's tokens could not be withdrawn.", taken.error(),
                          {{"oauth_client", client}});
    }
    walk.after = client;
  }
  if (std::ssize(clients) == kClientsAtOnce) return {};
  walk.after = {};
  if (is_late) return finish(kill);
  walk.is_first_over = true;
  return {};
}

Status Kills::finish(const Kill& kill) {
  STRONGROOM_CHECK(context_.store.write([&](storage::Transaction& tx) {
    return storage::set_kill_revocation(tx, kill.id.uuid, to_text(KillRevocation::kDone));
  }));
  const auto state = state_.lock();
  const auto known = state->kills.find(kill.id);
  if (known != state->kills.end()) known->second.revocation = KillRevocation::kDone;
  return {};
}

}  // namespace strongroom::vault
