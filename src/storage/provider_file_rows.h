#pragma once
// Rows of the table provider_files: entries of the catalogue that an organisation added through the
// API; and who uses an entry.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "storage/store.h"

namespace strongroom::storage {

struct ProviderFileRow {
  std::string id;
  std::string text;  // as it was given
  std::int64_t revision = 1;
  WallTime created_at{};
  WallTime updated_at{};
  std::string mac = {};  // over all of the above: made and checked by vault
};

// In the order of their ids.
Result<std::vector<ProviderFileRow>> all_provider_files(Snapshot& snapshot);
Result<std::optional<ProviderFileRow>> find_provider_file(Snapshot& snapshot, std::string_view id);
// In place of the one with this id, if there is one.
Status put_provider_file(Transaction& tx, const ProviderFileRow& row);
// False: there was none.
Result<bool> delete_provider_file(Transaction& tx, std::string_view id);

// A target system that uses an entry.
struct ProviderUseRow {
  Uuid target_system_id;
  std::optional<Uuid> project_id;  // nullopt: of all projects
  std::string name;
  bool is_hidden = false;  // its project was deleted, and may come back
};
// Those that live and use the entry, in the order of their ids, behind `after`; `most` of them.
Result<std::vector<ProviderUseRow>> provider_uses(Snapshot& snapshot, std::string_view id,
                                                  const Uuid& after, std::int64_t most);

}  // namespace strongroom::storage
