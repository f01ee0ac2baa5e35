#pragma once
// Lists: filtered, sorted and paged where the data is, with the exact total of what the filter lets
// through.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vault/types.h"

namespace strongroom::vault {

struct ListQuery {
  std::string filter = {};  // part of the name, or with '?' and '*'; empty: all
  std::string sort = {};    // a key of the list, or "-key" for descending; empty: its own
  std::int64_t offset = 0;
  std::int64_t page_size = 50;  // 1 to kMaxPageSize
  bool deleted = false;         // list what was deleted and can be restored, instead
  std::optional<ProjectId> project = {};
  std::optional<TargetSystemId> target_system = {};
  std::optional<OAuthClientId> oauth_client = {};
  std::optional<RobotId> robot = {};
  std::string state = {};                     // OAuth clients
  std::optional<bool> basic_engine = {};      // OAuth clients: whether the box is ticked
  std::string service_provider = {};          // target systems
  std::string tag = {};                       // target systems
  std::optional<bool> valid = {};             // rules of access
  std::optional<WallTime> unused_since = {};  // rules of access: not used at that time or later
};
inline constexpr std::int64_t kMaxPageSize = 1000;

template <class T>
struct Page {
  std::vector<T> items;
  std::int64_t total = 0;  // of the filtered set
};

}  // namespace strongroom::vault
