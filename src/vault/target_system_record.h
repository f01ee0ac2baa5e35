#pragma once
// Target systems as rows, and back.

#include <vector>

#include "base/result.h"
#include "storage/target_system_rows.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// What stands in the row itself; without consumer_secrets, destination_held and token_endpoint, and
// whoever wrote it. Errors: kCorrupt, a column does not hold what it should.
Result<TargetSystem> to_target_system(const storage::TargetSystemRow& row);

// All of it, after its MAC was checked. Errors: kCorrupt.
Result<TargetSystem> read_target_system(Context& context, storage::Snapshot& snapshot,
                                        const storage::TargetSystemRow& row);

// The same without refresh_tokens_held, for which all of its clients are looked at: for a request
// of one client, whose own refresh token says where it may go.
Result<TargetSystem> read_used_target_system(Context& context, storage::Snapshot& snapshot,
                                             const storage::TargetSystemRow& row);

// Writes the fields that people give into `row`; leaves id, project, destination columns and
// stamps, and proxy credentials that the target system still has.
void write_fields(const TargetSystem& system, storage::TargetSystemRow& row);

}  // namespace strongroom::vault
