#pragma once
// When keys were used last: noted at each use, written down now and then.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "identity/types.h"

namespace strongroom::identity {

// Since the process started. Safe to use from any thread; nothing blocks.
class LastUses {
 public:
  struct Use {
    WallTime at{};
    std::string from;  // network address
  };
  using Uses = std::vector<std::pair<ApiKeyId, Use>>;

  void note(ApiKeyId key, WallTime at, std::string_view from);
  // nullopt: not used.
  std::optional<Use> of(ApiKeyId key);
  // What was noted since the last call, each key once.
  Uses take_to_write();
  // These could not be written: they are to be taken again.
  void give_back(const Uses& uses);

 private:
  struct Noted {
    Use use;
    bool is_taken = false;
  };
  Guarded<std::unordered_map<ApiKeyId, Noted, UuidHash>> noted_;
};

}  // namespace strongroom::identity
