#pragma once
// What the rows of the vault's nouns have in common: stamps, and pages of lists.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "storage/store.h"

namespace strongroom::storage {

struct RowStamps {
  std::int64_t revision = 1;
  WallTime created_at{};
  WallTime updated_at{};
  std::optional<WallTime> deleted_at;
};

// Four columns in a row: revision, created_at, updated_at, deleted_at.
inline RowStamps read_stamps(Rows& rows, int first) {
  return {.revision = rows.integer(first),
          .created_at = rows.time(first + 1),
          .updated_at = rows.time(first + 2),
          .deleted_at = rows.maybe_time(first + 3)};
}

// Which page of a list. Lists never show what belongs to something that was deleted.
struct RowListRequest {
  std::string filter_key = {};  // name_key() of a part of the name, or with '?' and '*'; empty: all
  std::string sort = {};        // a key of the list, or "-key" for descending; empty: its own
  std::int64_t offset = 0;
  std::int64_t limit = 50;
  bool deleted = false;  // what was deleted itself, instead
  // Only of these projects, and of none where a thing may be of none; nullopt: of all.
  std::optional<std::vector<Uuid>> projects = {};
};

template <class Row>
struct RowPage {
  std::vector<Row> rows;
  std::int64_t total = 0;  // of the filtered set
};

}  // namespace strongroom::storage
