#include <algorithm>
#include <mutex>
#include <utility>

#include "base/unicode.h"
#include "vault/lookup_index.h"
#include "vault/lookup_names.h"

namespace strongroom::vault {
namespace {

Uuid owner_of(const TargetSystemEntry& entry) {
  return entry.project ? entry.project->uuid : kAllProjects;
}

std::string name_of(const RobotEntry& robot) {
  return owned_name(robot.project.uuid, robot.path_key.empty()
                                            ? robot.name_key
                                            : robot.path_key + "/" + robot.name_key);
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

void forget_tokens(ClientEntry& entry, OAuthClientState state) {
  entry.token.reset();
  entry.resource_tokens.reset();
  if (!can_be_looked_up(entry)) return;
  entry.state = state;
  entry.why_sign_in.reset();
}

}  // namespace

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

void LookupIndex::put_robot(RobotId id, const std::shared_ptr<const RobotEntry>& entry) {
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

void LookupIndex::put_resealed(OAuthClientId id, std::string_view resource, std::string_view before,
                               const std::string& sealed) {
  const auto replace = [&](std::shared_ptr<const TokenEntry>& token) {
    if (!token || token->sealed != before) return;
    auto changed = std::make_shared<TokenEntry>(*token);
    changed->sealed = sealed;
    token = std::move(changed);
  };
  change_client(id, [&](ClientEntry& entry) {
    if (resource.empty()) return replace(entry.token);
    if (!entry.resource_tokens) return;
    auto tokens = std::make_shared<ResourceTokens>(*entry.resource_tokens);
    const auto found = std::ranges::find(*tokens, resource, &ResourceToken::resource);
    if (found != tokens->end()) replace(found->token);
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

void LookupIndex::put_access(OAuthClientId id, std::vector<AccessEntry> access) {
  change_client(id, [&](ClientEntry& entry) { entry.access = std::move(access); });
  rights_changed();
}

void LookupIndex::put_inputs(RobotId id, std::shared_ptr<const InputEntries> inputs) {
  const std::unique_lock lock(mutex_);
  (void)exchange_entry(inputs_, id, std::move(inputs));
  rights_changed();
}

void LookupIndex::forbid_basic_engine(bool is_forbidden) {
  basic_engine_forbidden_.store(is_forbidden, std::memory_order_release);
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

}  // namespace strongroom::vault
