#pragma once
// Everything a look-up needs, in memory, as it is stored: names, rules, key hashes, sealed tokens.
//
// A look-up touches no database. The index is kept current by the commits that change the store
// (Transaction::on_commit), so a change is in the index before it is answered. Entries are
// immutable and replaced whole: a look-up takes a shared lock for three hash look-ups and leaves
// with pointers.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "crypto/digest.h"
#include "vault/access_uses.h"
#include "vault/key_restrictions.h"
#include "vault/kill_index.h"
#include "vault/lookup_entries.h"
#include "vault/secret_index.h"
#include "vault/types.h"

namespace strongroom::vault {

// Safe to use from any thread.
class LookupIndex {
 public:
  // What look-ups of secrets need besides; it locks for itself.
  SecretIndex& secrets() { return secrets_; }

  // Writers. Called from on_commit tasks (one after another) and at start-up. A null entry removes.
  void put_project(ProjectId id, const std::shared_ptr<const ProjectEntry>& entry);
  void put_target_system(TargetSystemId id, const std::shared_ptr<const TargetSystemEntry>& entry);
  void put_client(OAuthClientId id, const std::shared_ptr<const ClientEntry>& entry);
  // At start-up: that many will be put, many at once, none of which is there yet.
  void reserve_clients(std::size_t count);
  void put_new_clients(std::span<const std::shared_ptr<ClientEntry>> entries);
  void put_robot(RobotId id,
                 const std::shared_ptr<const RobotEntry>& entry);  // null: its keys go too
  // `counted`: uses of before the process started; those of a key that was here are kept.
  void put_robot_key(const crypto::Sha256Digest& hash, RobotKeyId id, RobotId robot,
                     std::shared_ptr<const KeyTerms> terms = nullptr, std::int64_t counted = 0);
  void remove_robot_key(RobotKeyId id);
  // Besides put_robot_key() with the same id and hash.
  void put_robot_identity(RobotKeyId id, std::shared_ptr<const RobotIdentityEntry> entry);
  // What a retrieval brought: a token, or none. Drafts and disabled clients stay what they are.
  // Like the next two, ignored if the client is gone.
  void put_retrieved(OAuthClientId id, std::shared_ptr<const TokenEntry> token);
  void put_retrieved(OAuthClientId id, std::string_view resource,
                     std::shared_ptr<const TokenEntry> token);
  void put_failed(OAuthClientId id);
  // The same token, sealed with another key; ignored if the one that was `before` is gone.
  void put_resealed(OAuthClientId id, std::string_view resource, std::string_view before,
                    const std::string& sealed);
  // Somebody signed in, or brought tokens along: nothing of those before is left. Null: no access
  // token came, but something to get one with.
  void put_granted(OAuthClientId id, std::shared_ptr<const TokenEntry> token);
  // A person has to sign in before there is another token; one that lives is kept.
  void put_needs_sign_in(OAuthClientId id, std::optional<oauth::FailureCause> why);
  // Its tokens are the right ones no more: there are none, until some are retrieved, or, as `state`
  // says, somebody signs in.
  void drop_token(OAuthClientId id, OAuthClientState state = OAuthClientState::kNeedsRetrieval);
  // The same as drop_token(), for tokens that must not be handed out any more: a look-up that found
  // one of them before gives it to nobody (see standing()).
  void withdraw_tokens(OAuthClientId id, OAuthClientState state);
  // The client was destroyed, for good: nothing of it is kept, not even what standing() goes by.
  void forget_client(OAuthClientId id);
  // Replaces only the access rules of a client.
  void put_access(OAuthClientId id, std::vector<AccessEntry> access);
  // Replaces what a Basic Engine Robot takes as input; null: nothing.
  void put_inputs(RobotId id, std::shared_ptr<const InputEntries> inputs);
  // Whether anything is delivered to Basic Engine Robots, by the switch of the whole server.
  void forbid_basic_engine(bool is_forbidden);
  // Stops everything that comes of `subject`, and lets it go on. Needs no database, so that it
  // works when nothing else does.
  void put_kill(KillId id, const KillSubject& subject);
  void remove_kill(KillId id);

  // When rules let somebody in.
  AccessUses& uses() { return uses_; }

  // Readers.
  std::optional<RobotKeyEntry> robot_by_key(const crypto::Sha256Digest& hash) const;
  // Those of an issuer of tokens, or of a CA by its fingerprint; of the asked project's first.
  struct IdentityCandidate {
    std::shared_ptr<const RobotIdentityEntry> entry;
    bool is_of_project = false;  // that was asked for
  };
  std::vector<IdentityCandidate> identities_of(const std::string& authority,
                                               std::optional<ProjectId> asked = {}) const;
  std::optional<ProjectId> project_named(std::string_view name) const;
  // Null: it has not been a living robot's key since the process started.
  std::shared_ptr<KeyUses> uses_of(RobotKeyId id) const;
  // Every key whose last use was not written yet, as KeyUses::take_last_to_write().
  std::vector<std::pair<RobotKeyId, KeyUses::Last>> take_last_uses_to_write() const;
  struct Found {
    std::shared_ptr<const ClientEntry> client;  // null: there is none
    std::shared_ptr<const ProjectEntry> project;
    std::shared_ptr<const TargetSystemEntry> target_system;
    bool by_old_label = false;
    WallTime old_label_until{};
    // Of the client, its target system, its provider or its project; nullopt: nothing stops it.
    std::optional<KillId> killed_by;
  };
  // By names, compared by name_key(). Deleted, disabled and draft clients are found: the caller
  // decides what they mean.
  Found find(std::string_view project_name, std::string_view target_system_name,
             std::string_view label, WallTime now) const;
  Found find(OAuthClientId id) const;
  std::shared_ptr<const RobotEntry> find(RobotId id) const;  // null: there is none
  std::shared_ptr<const ProjectEntry> find(ProjectId id) const;
  std::shared_ptr<const TargetSystemEntry> find(TargetSystemId id) const;
  // Null: nothing.
  std::shared_ptr<const InputEntries> inputs_of(RobotId id) const;
  bool basic_engine_is_forbidden() const {
    return basic_engine_forbidden_.load(std::memory_order_acquire);
  }
  // Where something lies that belongs to a project and a target system: by names, as find() takes
  // them, or by ids. Null where one of the two is not there; then both are.
  struct Home {
    std::shared_ptr<const ProjectEntry> project;
    std::shared_ptr<const TargetSystemEntry> target_system;
    std::optional<KillId> killed_by;  // of the target system, its provider or the project
  };
  Home home_of(std::string_view project_name, std::string_view target_system_name) const;
  Home home_of(ProjectId project, TargetSystemId target_system) const;
  // What stops a target system: a kill of itself, its provider or its project.
  std::optional<KillId> kill_of(const TargetSystemEntry& target_system) const;
  // What stops a robot: a kill of itself or its project.
  std::optional<KillId> kill_of(const RobotEntry& robot) const;

  // The robot that `runner` may run and that is called so: path and name, joined by a slash, in its
  // project. `why` is why there is none, for people: "not_a_runner", "unknown_robot",
  // "not_under_runner". A runner runs no runners.
  struct Served {
    std::shared_ptr<const RobotEntry> robot;  // null: none
    std::string_view why;
    std::shared_ptr<const RobotEntry> named;  // that is called so, whoever may run it
  };
  Served served_by(const RobotEntry& runner, std::string_view path_and_name) const;

  // Whether that key still belongs to a robot, the client can still be looked up, the robot still
  // may read it, no kill stops either, and its tokens were not withdrawn since rights_epoch() was
  // `since`: asked again before an answer leaves (invariant 7). `in_the_name_of`: the key is a
  // runner's, and this is the robot that it named. The first that does not.
  enum class Standing : std::uint8_t {
    kHolds,
    kKeyGone,
    kClientGone,
    kAccessGone,
    kKilled,
    kTokensGone
  };
  Standing standing(RobotKeyId key, const crypto::Sha256Digest& key_hash, OAuthClientId id,
                    std::uint64_t since, std::optional<RobotId> in_the_name_of = {}) const;

  // Whether withdraw_tokens() was called for the client since rights_epoch() was `since`.
  bool withdrawn_since(OAuthClientId id, std::uint64_t since) const;

  // Counts changes that can take a right away; unchanged means that a decision still stands.
  std::uint64_t rights_epoch() const { return rights_epoch_.load(std::memory_order_acquire); }

  std::size_t client_count() const;

 private:
  using ClientMap = std::unordered_map<OAuthClientId, std::shared_ptr<const ClientEntry>, UuidHash>;
  struct DigestHash {
    std::size_t operator()(const crypto::Sha256Digest& digest) const;
  };
  // Replaces the entry of a client by a changed copy; nothing happens if the client is gone.
  template <class Change>
  void change_client(OAuthClientId id, Change change) {
    const std::unique_lock lock(mutex_);
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    auto changed = std::make_shared<ClientEntry>(*found->second);
    change(*changed);
    found->second = std::move(changed);
  }
  using StoredClient = ClientMap::value_type;
  void index_names(const StoredClient& client);
  void forget_names(const StoredClient& client);
  Found named(ProjectId project, TargetSystemId target_system, std::string_view label,
              const std::string& label_key, WallTime now) const;
  void rights_changed() { rights_epoch_.fetch_add(1, std::memory_order_release); }
  Found complete(std::shared_ptr<const ClientEntry> client) const;
  void follow_subject(Found& found, std::shared_ptr<const ClientEntry>& client) const;
  struct NamedHome {
    ProjectId project;
    TargetSystemId target_system;
  };
  std::optional<NamedHome> named_home(const std::string& project_key,
                                      const std::string& target_system_key) const;
  Home complete_home(ProjectId project, TargetSystemId target_system) const;
  std::optional<KillId> kill_below(const RobotEntry& robot) const;
  std::optional<KillId> kill_below(const ClientEntry& client,
                                   const TargetSystemEntry& target_system) const;

  SecretIndex secrets_;
  mutable std::shared_mutex mutex_;
  std::atomic<std::uint64_t> rights_epoch_{0};
  std::unordered_map<ProjectId, std::shared_ptr<const ProjectEntry>, UuidHash> projects_;
  std::unordered_map<TargetSystemId, std::shared_ptr<const TargetSystemEntry>, UuidHash>
      target_systems_;
  ClientMap clients_;
  // Whose tokens were withdrawn, and what rights_epoch() was right after. Outlives a deletion that
  // can be undone; no longer than there are clients stored.
  std::unordered_map<OAuthClientId, std::uint64_t, UuidHash> withdrawn_;
  KillIndex kills_;
  AccessUses uses_;
  std::unordered_map<RobotId, std::shared_ptr<const RobotEntry>, UuidHash> robots_;
  std::unordered_map<RobotId, std::shared_ptr<const InputEntries>, UuidHash> inputs_;
  std::atomic<bool> basic_engine_forbidden_{false};
  std::unordered_map<std::string, RobotId> robot_names_;  // project id + path key / name key
  struct StoredKey {
    RobotKeyId id;
    RobotId robot;
    std::shared_ptr<const KeyTerms> terms;
    std::shared_ptr<KeyUses> uses;
  };
  std::unordered_map<crypto::Sha256Digest, StoredKey, DigestHash> robot_keys_;
  std::unordered_multimap<std::string,
                          std::pair<RobotKeyId, std::shared_ptr<const RobotIdentityEntry>>>
      identities_;  // by issuer or fingerprint
  // Also of keys that are gone: they may come back with their robot.
  std::unordered_map<RobotKeyId, std::shared_ptr<KeyUses>, UuidHash> key_uses_;
  // Names: name key -> project; project id (nil: global) + name key -> target system.
  struct NameHash {
    using is_transparent = void;  // look-ups come with views and make no strings
    std::size_t operator()(std::string_view name) const {
      return std::hash<std::string_view>{}(name);
    }
  };
  template <class IdType>
  using Names = std::unordered_map<std::string, IdType, NameHash, std::equal_to<>>;
  Names<ProjectId> project_names_;
  Names<TargetSystemId> target_system_names_;
  // Hash of project id, target system id and label key, of present and former labels alike -> who
  // may be meant: no name is kept twice, so whoever finds compares. Points into clients_, whose
  // nodes stay where they are.
  struct Hashed {
    std::size_t operator()(std::size_t hash) const noexcept { return hash; }
  };
  std::unordered_multimap<std::size_t, const StoredClient*, Hashed> client_names_;
};

}  // namespace strongroom::vault
