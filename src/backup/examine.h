#pragma once
// Whether everything in restored databases is what somebody stored, and can be opened.

#include <cstdint>
#include <string>
#include <vector>

#include "backup/manifest.h"
#include "backup/open_data.h"
#include "base/result.h"

namespace strongroom::backup {

struct Examination {
  std::int64_t data_keys = 0;     // that opened
  std::int64_t rows = 0;          // whose MAC is right
  std::int64_t sealed = 0;        // values that opened: tokens, refresh tokens, secrets
  std::int64_t audit_events = 0;  // links of the chain
};

// Checks the MACs of all rows that have one, and opens every token, refresh token and consumer
// secret. That the data keys open and that no row is missing was found out when `data` was opened.
// Errors: kCorrupt, the detail names the row.
Result<Examination> examine(OpenData& data);

// Compares the rows of each table with what the manifest says; tables that migrations made since
// are left out. Errors: kCorrupt, the detail names the table.
Status compare(const Manifest& manifest, const std::vector<TableCount>& found);

}  // namespace strongroom::backup
