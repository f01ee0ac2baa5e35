#include "vault/lookup_index.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

#include "base/unicode.h"
#include "vault/path_pattern.h"

namespace strongroom::vault {
namespace {

constexpr Uuid kAllProjects{};  // the owner under which global target systems are named

std::string owned_name(const Uuid& owner, std::string_view key) {
  std::string name;
  name.reserve(16 + key.size());
  name.append(owner.raw()).append(key);
  return name;
}

Uuid owner_of(const TargetSystemEntry& entry) {
  return entry.project ? entry.project->uuid : kAllProjects;
}

std::string name_of(const RobotEntry& robot) {
  return owned_name(robot.project.uuid, robot.path_key.empty()
                                            ? robot.name_key
                                            : robot.path_key + "/" + robot.name_key);
}

// The same as views into one buffer a thread, for finding: valid until the next call.
std::string_view composed(std::string_view first, std::string_view second,
                          std::string_view third = {}) {
  thread_local std::string buffer;
  buffer.assign(first).append(second).append(third);
  return buffer;
}

std::size_t hash_of_name(ProjectId project, TargetSystemId target_system, std::string_view key) {
  return std::hash<std::string_view>{}(composed(project.raw(), target_system.raw(), key));
}

// Removes `name` only if it still means `id`: it may have been given to another object since.
template <class Map, class IdType>
void forget_name(Map& names, const std::string& name, IdType id) {
  const auto found = names.find(name);
  if (found != names.end() && found->second == id) names.erase(found);
}

// Puts `entry` under `id` and answers what was there before.
template <class Map, class IdType, class Entry>
Entry exchange_entry(Map& map, IdType id, Entry entry) {
  const auto found = map.find(id);
  if (found == map.end()) {
    if (entry) map.emplace(id, std::move(entry));
    return nullptr;
  }
  Entry before = std::move(found->second);
  if (entry) {
    found->second = std::move(entry);
  } else {
    map.erase(found);
  }
  return before;
}

template <class Map, class IdType>
typename Map::mapped_type entry_or_null(const Map& map, const IdType& id) {
  const auto found = map.find(id);
  return found == map.end() ? nullptr : found->second;
}

void forget_tokens(ClientEntry& entry, OAuthClientState state) {
  entry.token.reset();
  entry.resource_tokens.reset();
  if (!can_be_looked_up(entry)) return;
  entry.state = state;
  entry.why_sign_in.reset();
}

}  // namespace

std::size_t LookupIndex::DigestHash::operator()(const crypto::Sha256Digest& digest) const {
  std::size_t hash = 0;
  std::memcpy(&hash, digest.data(), sizeof(hash));
  return hash;
}

void LookupIndex::put_project(ProjectId id, const std::shared_ptr<const ProjectEntry>& entry) {
  const std::unique_lock lock(mutex_);
  const auto before = exchange_entry(projects_, id, entry);
  if (before) forget_name(project_names_, name_key(before->name), id);
  if (entry) project_names_[name_key(entry->name)] = id;
  rights_changed();
}

void LookupIndex::put_target_system(TargetSystemId id,
                                    const std::shared_ptr<const TargetSystemEntry>& entry) {
  const std::unique_lock lock(mutex_);
  const auto before = exchange_entry(target_systems_, id, entry);
  if (before) {
    forget_name(target_system_names_, owned_name(owner_of(*before), name_key(before->name)), id);
  }
  if (entry) target_system_names_[owned_name(owner_of(*entry), name_key(entry->name))] = id;
  rights_changed();
}

void LookupIndex::reserve_clients(std::size_t count) {
  const std::unique_lock lock(mutex_);
  clients_.reserve(count);
  client_names_.reserve(count);
}

void LookupIndex::put_client(OAuthClientId id, const std::shared_ptr<const ClientEntry>& entry) {
  const std::unique_lock lock(mutex_);
  const auto stored = clients_.try_emplace(id).first;
  if (stored->second) forget_names(*stored);
  stored->second = entry;
  if (entry) {
    index_names(*stored);
  } else {
    clients_.erase(stored);
  }
  rights_changed();
}

void LookupIndex::put_new_clients(std::span<const std::shared_ptr<ClientEntry>> entries) {
  const std::unique_lock lock(mutex_);
  for (const std::shared_ptr<ClientEntry>& entry : entries) {
    const auto [stored, is_new] = clients_.try_emplace(entry->id, entry);
    if (is_new) index_names(*stored);
  }
  rights_changed();
}

void LookupIndex::index_names(const StoredClient& client) {
  const ClientEntry& entry = *client.second;
  const auto add = [&](std::string_view key) {
    client_names_.emplace(hash_of_name(entry.project, entry.target_system, key), &client);
  };
  add(name_key(entry.label));
  for (const OldLabel& old : entry.old_labels) add(old.label_key);
}

void LookupIndex::forget_names(const StoredClient& client) {
  const ClientEntry& entry = *client.second;
  const auto remove = [&](std::string_view key) {
    const auto [first, last] =
        client_names_.equal_range(hash_of_name(entry.project, entry.target_system, key));
    const auto found =
        std::find_if(first, last, [&](const auto& name) { return name.second == &client; });
    if (found != last) client_names_.erase(found);
  };
  remove(name_key(entry.label));
  for (const OldLabel& old : entry.old_labels) remove(old.label_key);
}

void LookupIndex::put_robot(RobotId id, std::shared_ptr<const RobotEntry> entry) {
  const std::unique_lock lock(mutex_);
  if (!entry) {
    std::erase_if(robot_keys_, [&](const auto& key) { return key.second.robot == id; });
  }
  const auto before = exchange_entry(robots_, id, entry);
  if (before) forget_name(robot_names_, name_of(*before), id);
  if (entry) robot_names_[name_of(*entry)] = id;
  rights_changed();
}

void LookupIndex::put_robot_key(const crypto::Sha256Digest& hash, RobotKeyId id, RobotId robot,
                                std::shared_ptr<const KeyTerms> terms, std::int64_t counted) {
  const std::unique_lock lock(mutex_);
  std::shared_ptr<KeyUses>& uses = key_uses_[id];
  if (!uses) uses = std::make_shared<KeyUses>(counted);
  robot_keys_[hash] = {id, robot, std::move(terms), uses};
}

void LookupIndex::put_robot_identity(RobotKeyId id,
                                     std::shared_ptr<const RobotIdentityEntry> entry) {
  const std::unique_lock lock(mutex_);
  const std::string authority = entry->identity.issuer + entry->identity.ca_sha256;
  const auto [first, last] = identities_.equal_range(authority);
  const auto before =
      std::find_if(first, last, [&](const auto& one) { return one.second.first == id; });
  if (before != last) identities_.erase(before);
  identities_.emplace(authority, std::pair(id, std::move(entry)));
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
  std::ranges::stable_partition(candidates, &IdentityCandidate::is_of_project);
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

void LookupIndex::remove_robot_key(RobotKeyId id) {
  const std::unique_lock lock(mutex_);
  std::erase_if(robot_keys_, [&](const auto& key) { return key.second.id == id; });
  std::erase_if(identities_, [&](const auto& identity) { return identity.second.first == id; });
  key_uses_.erase(id);
  rights_changed();
}

void LookupIndex::put_retrieved(OAuthClientId id, std::shared_ptr<const TokenEntry> token) {
  change_client(id, [&](ClientEntry& entry) {
    entry.token = std::move(token);
    if (can_be_looked_up(entry)) entry.state = OAuthClientState::kActive;
  });
}

void LookupIndex::put_retrieved(OAuthClientId id, std::string_view resource,
                                std::shared_ptr<const TokenEntry> token) {
  change_client(id, [&](ClientEntry& entry) {
    auto tokens = entry.resource_tokens ? std::make_shared<ResourceTokens>(*entry.resource_tokens)
                                        : std::make_shared<ResourceTokens>();
    const auto found = std::ranges::find(*tokens, resource, &ResourceToken::resource);
    if (found == tokens->end()) {
      tokens->push_back({std::string(resource), std::move(token)});
    } else {
      found->token = std::move(token);
    }
    entry.resource_tokens = std::move(tokens);
  });
}

void LookupIndex::put_failed(OAuthClientId id) {
  change_client(id, [&](ClientEntry& entry) {
    if (can_be_looked_up(entry)) entry.state = OAuthClientState::kFailing;
  });
}

void LookupIndex::put_granted(OAuthClientId id, std::shared_ptr<const TokenEntry> token) {
  change_client(id, [&](ClientEntry& entry) {
    entry.token = std::move(token);
    entry.resource_tokens.reset();
    if (!can_be_looked_up(entry)) return;
    entry.state = entry.token ? OAuthClientState::kActive : OAuthClientState::kNeedsRetrieval;
  });
}

void LookupIndex::put_needs_sign_in(OAuthClientId id, std::optional<oauth::FailureCause> why) {
  change_client(id, [&](ClientEntry& entry) {
    if (!can_be_looked_up(entry)) return;
    entry.state = OAuthClientState::kNeedsSignIn;
    entry.why_sign_in = why;
  });
}

void LookupIndex::drop_token(OAuthClientId id, OAuthClientState state) {
  change_client(id, [&](ClientEntry& entry) { forget_tokens(entry, state); });
}

// The epoch moves on while nobody can look a token up: whoever saw the epoch of before may have
// seen the token, and whoever sees the new one cannot.
void LookupIndex::withdraw_tokens(OAuthClientId id, OAuthClientState state) {
  const std::unique_lock lock(mutex_);
  const auto found = clients_.find(id);
  if (found != clients_.end()) {
    auto changed = std::make_shared<ClientEntry>(*found->second);
    forget_tokens(*changed, state);
    found->second = std::move(changed);
  }
  withdrawn_[id] = rights_epoch_.fetch_add(1, std::memory_order_release) + 1;
}

void LookupIndex::forget_client(OAuthClientId id) {
  put_client(id, nullptr);
  const std::unique_lock lock(mutex_);
  withdrawn_.erase(id);
}

bool LookupIndex::withdrawn_since(OAuthClientId id, std::uint64_t since) const {
  const std::shared_lock lock(mutex_);
  const auto withdrawn = withdrawn_.find(id);
  return withdrawn != withdrawn_.end() && withdrawn->second > since;
}

void LookupIndex::put_access(OAuthClientId id, std::vector<AccessEntry> access) {
  change_client(id, [&](ClientEntry& entry) { entry.access = std::move(access); });
  rights_changed();
}

void LookupIndex::put_kill(KillId id, const KillSubject& subject) {
  const std::unique_lock lock(mutex_);
  kills_.put(id, subject);
  rights_changed();
}

void LookupIndex::remove_kill(KillId id) {
  const std::unique_lock lock(mutex_);
  kills_.remove(id);
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
  if (!runner.is_runner) return {nullptr, "not_a_runner"};
  if (!robot) return {nullptr, "unknown_robot"};
  if (!runs(runner, *robot)) return {nullptr, "not_under_runner"};
  return {robot, {}};
}

LookupIndex::Found LookupIndex::complete(std::shared_ptr<const ClientEntry> client) const {
  Found found;
  if (!client) return found;
  found.project = entry_or_null(projects_, client->project);
  found.target_system = entry_or_null(target_systems_, client->target_system);
  // A client whose project or target system was deleted is not there either.
  if (!found.project || !found.target_system) return found;
  found.killed_by = kill_below(*client, *found.target_system);
  found.client = std::move(client);
  return found;
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
  const auto project = project_names_.find(project_key);
  const Uuid owner = project == project_names_.end() ? kAllProjects : project->second.uuid;
  auto target_system = target_system_names_.find(composed(owner.raw(), target_system_key));
  if (target_system == target_system_names_.end()) {
    target_system = target_system_names_.find(composed(kAllProjects.raw(), target_system_key));
  }
  if (project == project_names_.end() || target_system == target_system_names_.end()) return {};
  return named(project->second, target_system->second, label, label_key, now);
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
  const auto withdrawn = withdrawn_.find(id);
  const bool gone = withdrawn != withdrawn_.end() && withdrawn->second > since;
  return gone ? Standing::kTokensGone : Standing::kHolds;
}

std::size_t LookupIndex::client_count() const {
  const std::shared_lock lock(mutex_);
  return clients_.size();
}

bool runs(const RobotEntry& runner, const RobotEntry& robot) {
  return runner.is_runner && !robot.is_runner && runner.project == robot.project &&
         std::ranges::any_of(runner.serves, [&](const std::string& path) {
           return path.empty() || robot.path_key == path ||
                  (robot.path_key.starts_with(path) && robot.path_key[path.size()] == '/');
         });
}

bool can_be_looked_up(const ClientEntry& client) {
  return client.state != OAuthClientState::kDraft && client.state != OAuthClientState::kDisabled;
}

std::shared_ptr<const TokenEntry> token_for(const ClientEntry& client, std::string_view resource) {
  if (resource.empty()) return client.token;
  if (!client.resource_tokens) return nullptr;
  const auto found = std::ranges::find(*client.resource_tokens, resource, &ResourceToken::resource);
  return found == client.resource_tokens->end() ? nullptr : found->token;
}

const AccessEntry* reading_rule(const RobotEntry& robot, const ClientEntry& client) {
  if (robot.project != client.project) return nullptr;
  const auto found = std::ranges::find_if(client.access, [&](const AccessEntry& rule) {
    if (!rule.is_valid) return false;
    return rule.robot ? *rule.robot == robot.id : path_fits(rule.pattern_key, robot.path_key);
  });
  return found == client.access.end() ? nullptr : &*found;
}

bool may_read(const RobotEntry& robot, const ClientEntry& client) {
  return reading_rule(robot, client) != nullptr;
}

}  // namespace strongroom::vault
