#include "vault/lookup_index.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

#include "base/unicode.h"
#include "vault/lookup_names.h"

namespace strongroom::vault {

std::size_t LookupIndex::DigestHash::operator()(const crypto::Sha256Digest& digest) const {
  std::size_t hash = 0;
  std::memcpy(&hash, digest.data(), sizeof(hash));
  return hash;
}

std::vector<LookupIndex::IdentityCandidate> LookupIndex::identities_of(
    const std::string& authority, std::optional<ProjectId> asked) const {
  const std::shared_lock lock(mutex_);
  std::vector<IdentityCandidate> candidates;
  const auto [first, last] = identities_.equal_range(authority);
  for (auto one = first; one != last; ++one) {
    const auto& entry = one->second.second;
    if (!robot_keys_.contains(entry->hash)) continue;
    const auto robot = entry_or_null(robots_, entry->robot);
    candidates.push_back({entry, asked && robot && robot->project == *asked});
  }
  std::stable_partition(candidates.begin(), candidates.end(),
                        [](const IdentityCandidate& one) { return one.is_of_project; });
  return candidates;
}

std::optional<ProjectId> LookupIndex::project_named(std::string_view name) const {
  const std::string key = name_key(name);
  const std::shared_lock lock(mutex_);
  const auto found = project_names_.find(key);
  if (found == project_names_.end()) return std::nullopt;
  return found->second;
}

std::shared_ptr<KeyUses> LookupIndex::uses_of(RobotKeyId id) const {
  const std::shared_lock lock(mutex_);
  return entry_or_null(key_uses_, id);
}

std::vector<std::pair<RobotKeyId, KeyUses::Last>> LookupIndex::take_last_uses_to_write() const {
  const std::shared_lock lock(mutex_);
  std::vector<std::pair<RobotKeyId, KeyUses::Last>> taken;
  for (const auto& [id, uses] : key_uses_) {
    if (auto last = uses->take_last_to_write()) taken.emplace_back(id, *std::move(last));
  }
  return taken;
}

bool LookupIndex::withdrawn_since(OAuthClientId id, std::uint64_t since) const {
  const std::shared_lock lock(mutex_);
  const auto withdrawn = withdrawn_.find(id);
  return withdrawn != withdrawn_.end() && withdrawn->second > since;
}

std::optional<KillId> LookupIndex::kill_below(const RobotEntry& robot) const {
  if (kills_.is_empty()) return std::nullopt;
  if (const auto kill = kills_.of(robot.id.uuid)) return kill;
  return kills_.of(robot.project.uuid);
}

std::optional<KillId> LookupIndex::kill_below(const ClientEntry& client,
                                              const TargetSystemEntry& target_system) const {
  if (kills_.is_empty()) return std::nullopt;
  for (const Uuid& id : {client.id.uuid, client.target_system.uuid, client.project.uuid}) {
    if (const auto kill = kills_.of(id)) return kill;
  }
  return kills_.of_provider(target_system.service_provider);
}

std::optional<KillId> LookupIndex::kill_of(const TargetSystemEntry& target_system) const {
  const std::shared_lock lock(mutex_);
  if (const auto kill = kills_.of(target_system.id.uuid)) return kill;
  if (target_system.project) {
    if (const auto kill = kills_.of(target_system.project->uuid)) return kill;
  }
  return kills_.of_provider(target_system.service_provider);
}

std::optional<KillId> LookupIndex::kill_of(const RobotEntry& robot) const {
  const std::shared_lock lock(mutex_);
  return kill_below(robot);
}

std::optional<RobotKeyEntry> LookupIndex::robot_by_key(const crypto::Sha256Digest& hash) const {
  const std::shared_lock lock(mutex_);
  const auto key = robot_keys_.find(hash);
  if (key == robot_keys_.end()) return std::nullopt;
  auto robot = entry_or_null(robots_, key->second.robot);
  if (!robot) return std::nullopt;
  const auto kill = kill_below(*robot);
  return RobotKeyEntry{key->second.id, std::move(robot), kill, key->second.terms, key->second.uses};
}

std::shared_ptr<const RobotEntry> LookupIndex::find(RobotId id) const {
  const std::shared_lock lock(mutex_);
  return entry_or_null(robots_, id);
}

std::shared_ptr<const InputEntries> LookupIndex::inputs_of(RobotId id) const {
  const std::shared_lock lock(mutex_);
  return entry_or_null(inputs_, id);
}

std::shared_ptr<const ProjectEntry> LookupIndex::find(ProjectId id) const {
  const std::shared_lock lock(mutex_);
  return entry_or_null(projects_, id);
}

std::shared_ptr<const TargetSystemEntry> LookupIndex::find(TargetSystemId id) const {
  const std::shared_lock lock(mutex_);
  return entry_or_null(target_systems_, id);
}

// Names are keys of clean ones: "../", doubled slashes and the like are nobody's.
LookupIndex::Served LookupIndex::served_by(const RobotEntry& runner,
                                           std::string_view path_and_name) const {
  const std::string name = owned_name(runner.project.uuid, name_key(path_and_name));
  const std::shared_lock lock(mutex_);
  const auto id = robot_names_.find(name);
  const auto robot = id == robot_names_.end() ? nullptr : entry_or_null(robots_, id->second);
  if (!runner.is_runner) return {nullptr, "not_a_runner", robot};
  if (!robot) return {nullptr, "unknown_robot", nullptr};
  if (!runs(runner, *robot)) return {nullptr, "not_under_runner", robot};
  return {robot, {}, robot};
}

LookupIndex::Found LookupIndex::complete(std::shared_ptr<const ClientEntry> client) const {
  Found found;
  if (!client) return found;
  found.project = entry_or_null(projects_, client->project);
  found.target_system = entry_or_null(target_systems_, client->target_system);
  // A client whose project or target system was deleted is not there either.
  if (!found.project || !found.target_system) return found;
  found.killed_by = kill_below(*client, *found.target_system);
  if (found.target_system->grant == GrantFlow::kTokenExchange) follow_subject(found, client);
  found.client = std::move(client);
  return found;
}

// What was got in exchange lives only with the client that it was got for: where that one is gone
// or disabled there is no token, and what stops it stops both.
void LookupIndex::follow_subject(Found& found, std::shared_ptr<const ClientEntry>& client) const {
  const auto& chosen = client->subject_client;
  const auto subject = chosen ? entry_or_null(clients_, *chosen) : nullptr;
  const auto system = subject ? entry_or_null(target_systems_, subject->target_system) : nullptr;
  if (system && !found.killed_by) found.killed_by = kill_below(*subject, *system);
  if (system && can_be_looked_up(*subject)) return;
  auto without = std::make_shared<ClientEntry>(*client);
  without->token.reset();
  without->resource_tokens.reset();
  client = std::move(without);
}

LookupIndex::Found LookupIndex::find(OAuthClientId id) const {
  const std::shared_lock lock(mutex_);
  return complete(entry_or_null(clients_, id));
}

LookupIndex::Found LookupIndex::find(std::string_view project_name,
                                     std::string_view target_system_name, std::string_view label,
                                     WallTime now) const {
  const std::string project_key = name_key(project_name);
  const std::string target_system_key = name_key(target_system_name);
  const std::string label_key = name_key(label);

  const std::shared_lock lock(mutex_);
  const auto home = named_home(project_key, target_system_key);
  if (!home) return {};
  return named(home->project, home->target_system, label, label_key, now);
}

std::optional<LookupIndex::NamedHome> LookupIndex::named_home(
    const std::string& project_key, const std::string& target_system_key) const {
  const auto project = project_names_.find(project_key);
  const Uuid owner = project == project_names_.end() ? kAllProjects : project->second.uuid;
  auto target_system = target_system_names_.find(composed(owner.raw(), target_system_key));
  if (target_system == target_system_names_.end()) {
    target_system = target_system_names_.find(composed(kAllProjects.raw(), target_system_key));
  }
  if (project == project_names_.end() || target_system == target_system_names_.end()) {
    return std::nullopt;
  }
  return NamedHome{project->second, target_system->second};
}

LookupIndex::Home LookupIndex::home_of(std::string_view project_name,
                                       std::string_view target_system_name) const {
  const std::string project_key = name_key(project_name);
  const std::string target_system_key = name_key(target_system_name);
  const std::shared_lock lock(mutex_);
  const auto home = named_home(project_key, target_system_key);
  return home ? complete_home(home->project, home->target_system) : Home{};
}

LookupIndex::Home LookupIndex::home_of(ProjectId project, TargetSystemId target_system) const {
  const std::shared_lock lock(mutex_);
  return complete_home(project, target_system);
}

LookupIndex::Home LookupIndex::complete_home(ProjectId project,
                                             TargetSystemId target_system) const {
  Home home{entry_or_null(projects_, project), entry_or_null(target_systems_, target_system), {}};
  if (!home.project || !home.target_system) return {};
  if (kills_.is_empty()) return home;
  home.killed_by = kills_.of(target_system.uuid);
  if (!home.killed_by) home.killed_by = kills_.of(project.uuid);
  if (!home.killed_by) {
    home.killed_by = kills_.of_provider(home.target_system->service_provider);
  }
  return home;
}

// A label in use today wins over a former one.
LookupIndex::Found LookupIndex::named(ProjectId project, TargetSystemId target_system,
                                      std::string_view label, const std::string& label_key,
                                      WallTime now) const {
  const auto [first, last] =
      client_names_.equal_range(hash_of_name(project, target_system, label_key));
  Found former;
  for (auto name = first; name != last; ++name) {
    const std::shared_ptr<const ClientEntry>& client = name->second->second;
    if (client->project != project || client->target_system != target_system) continue;
    if (client->label == label || name_key(client->label) == label_key) return complete(client);
    for (const OldLabel& old : client->old_labels) {
      if (old.label_key != label_key || old.until <= now || former.client) continue;
      former = complete(client);
      if (!former.client) continue;
      former.by_old_label = true;
      former.old_label_until = old.until;
    }
  }
  return former;
}

LookupIndex::Standing LookupIndex::standing(RobotKeyId key, const crypto::Sha256Digest& key_hash,
                                            OAuthClientId id, std::uint64_t since,
                                            std::optional<RobotId> in_the_name_of) const {
  const std::shared_lock lock(mutex_);
  const auto stored = robot_keys_.find(key_hash);
  if (stored == robot_keys_.end() || stored->second.id != key) return Standing::kKeyGone;
  auto robot = entry_or_null(robots_, stored->second.robot);
  if (!robot) return Standing::kKeyGone;
  const bool is_asker_killed = kill_below(*robot).has_value();  // a runner is not whom it names
  if (in_the_name_of) {
    auto named = entry_or_null(robots_, *in_the_name_of);
    if (!named || !runs(*robot, *named)) return Standing::kAccessGone;
    robot = std::move(named);
  }
  const Found found = complete(entry_or_null(clients_, id));
  if (!found.client || !can_be_looked_up(*found.client)) return Standing::kClientGone;
  if (!may_read(*robot, *found.client)) return Standing::kAccessGone;
  if (found.killed_by || is_asker_killed || kill_below(*robot)) return Standing::kKilled;
  if (found.target_system->grant == GrantFlow::kTokenExchange && !found.client->token &&
      !found.client->resource_tokens) {
    return Standing::kTokensGone;
  }
  const auto withdrawn = withdrawn_.find(id);
  const bool gone = withdrawn != withdrawn_.end() && withdrawn->second > since;
  return gone ? Standing::kTokensGone : Standing::kHolds;
}

std::size_t LookupIndex::client_count() const {
  const std::shared_lock lock(mutex_);
  return clients_.size();
}

}  // namespace strongroom::vault
