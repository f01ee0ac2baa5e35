#pragma once
// What somebody should look at: gathered from the parts that know.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/grants.h"
#include "base/uuid.h"

namespace strongroom::api {

struct AttentionSubject {
  Uuid id;
  std::string name;
};

struct AttentionItem {
  std::string_view kind;  // a literal of the closed list in api.yaml: "canary_touched"
  std::optional<WallTime> since = {};
  std::int64_t count = 1;
  std::optional<AttentionSubject> subject = {};
};

// The items that whoever has these grants may see. Called on workers, by several at once.
using AttentionSource = std::function<std::vector<AttentionItem>(const Grants& grants)>;
using AttentionSources = std::vector<AttentionSource>;

}  // namespace strongroom::api
