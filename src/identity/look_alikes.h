#pragma once
// Names of one kind of thing, of which no two may look the same to a person.

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/look_alike.h"
#include "base/result.h"
#include "base/uuid.h"

namespace strongroom::identity {

// Not thread-safe: its owner has a lock.
class LookAlikes {
 public:
  // Takes note of a name, in the place of one that `id` had. Names of before this was asked for may
  // look alike; they stay.
  void put(const Uuid& id, std::string_view clean_name);
  void forget(const Uuid& id);

  // Whether `id` may have the name. Errors: kInvalidArgument at /name: mixed scripts; kConflict
  // "look_alike" at /name.
  Status check(const Uuid& id, std::string_view clean_name) const;

 private:
  using Ids = std::unordered_multimap<std::string, Uuid>;
  static bool has_other(const Ids& ids, const std::string& look, const Uuid& id);
  static void take_out(Ids& ids, const std::string& look, const Uuid& id);

  std::unordered_map<Uuid, Look, UuidHash> looks_;
  Ids written_;
  Ids folded_;
};

}  // namespace strongroom::identity
