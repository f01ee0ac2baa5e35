#pragma once
// What is stopped, for those who ask at each look-up. Part of the look-up index, which guards it.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "vault/kill.h"

namespace strongroom::vault {

// Not thread-safe. At most one kill for each subject.
class KillIndex {
 public:
  void put(KillId id, const KillSubject& subject);
  void remove(KillId id);

  bool is_empty() const { return ids_.empty() && providers_.empty(); }
  // Of a robot, client, target system or project itself; nullopt: none.
  std::optional<KillId> of(const Uuid& id) const;
  std::optional<KillId> of_provider(std::string_view service_provider) const;

 private:
  std::unordered_map<Uuid, KillId, UuidHash> ids_;
  std::map<std::string, KillId, std::less<>> providers_;
};

}  // namespace strongroom::vault
