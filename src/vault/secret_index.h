#pragma once
// What look-ups of secrets need beside LookupIndex, in memory, as it is stored: labels, rules and
// sealed values. Robots, keys, projects, target systems and kills are LookupIndex's.
//
// Kept current by the commits that change the store, like LookupIndex; entries are immutable and
// replaced whole.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vault/access_uses.h"
#include "vault/lookup_entries.h"
#include "vault/secret_types.h"

namespace strongroom::vault {

struct SecretValueEntry {
  Uuid id;
  std::int64_t generation = 0;
  std::string sealed;
  std::string fingerprint;  // keyed, hexadecimal: for the audit trail
  std::optional<WallTime> expires_on;
};

struct SecretEntry {
  SecretId id;
  ProjectId project;
  TargetSystemId target_system;
  std::string label;
  std::string label_key;
  SecretKind kind = SecretKind::kPassword;
  std::string user_name;
  std::vector<OldLabel> old_labels = {};
  std::vector<AccessEntry> access;
  SecretValueEntry current;
  std::optional<SecretValueEntry> next;
};

// The first of the secret's rules that lets `robot` read it; nullptr: none does. Good as long as
// `secret` is.
const AccessEntry* reading_rule(const RobotEntry& robot, const SecretEntry& secret);

// What a name stands for.
struct NamedSecret {
  std::shared_ptr<const SecretEntry> secret;     // null: nothing
  std::optional<WallTime> old_label_until = {};  // it answers to a former label until then
};

// Safe to use from any thread.
class SecretIndex {
 public:
  // Writers. Called from on_commit tasks (one after another) and at start-up. A null entry removes.
  void put(SecretId id, const std::shared_ptr<const SecretEntry>& entry);
  // Replaces only the access rules; ignored if the secret is gone.
  void put_access(SecretId id, std::vector<AccessEntry> access);

  // When rules let somebody in.
  AccessUses& uses() { return uses_; }

  // Readers; null: there is none. By the label's name_key(), present or former.
  std::shared_ptr<const SecretEntry> find(SecretId id) const;
  NamedSecret find(ProjectId project, TargetSystemId target_system, std::string_view label_key,
                   WallTime now) const;
  std::size_t size() const;

 private:
  struct NameHash {
    using is_transparent = void;  // look-ups come with views and make no strings
    std::size_t operator()(std::string_view name) const {
      return std::hash<std::string_view>{}(name);
    }
  };
  void forget_names(const SecretEntry& entry);

  mutable std::shared_mutex mutex_;
  std::unordered_map<SecretId, std::shared_ptr<const SecretEntry>, UuidHash> secrets_;
  // Project id + target system id + label key; several may have had a label, each has one now.
  std::unordered_map<std::string, SecretId, NameHash, std::equal_to<>> names_;
  std::unordered_multimap<std::string, SecretId, NameHash, std::equal_to<>> former_names_;
  AccessUses uses_;
};

}  // namespace strongroom::vault
