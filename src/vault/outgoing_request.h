#pragma once
// Where the requests of a target system may go.

#include "oauth/token_request.h"
#include "storage/target_system_rows.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// Restricts `request` to what the target system says of the way to its server, proxy credentials
// included (oauth::restrict_destination). `row` is that of `system`. Errors: kCorrupt;
// kInvalidArgument.
Status restrict_request(Context& context, const storage::TargetSystemRow& row,
                        const TargetSystem& system, oauth::TokenRequest& request);

}  // namespace strongroom::vault
