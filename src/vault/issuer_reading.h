#pragma once
// Reading the metadata of a target system's issuer, for a target system that is being entered or
// changed. Nothing is stored here.

#include <vector>

#include "base/result.h"
#include "oauth/discovery.h"
#include "storage/target_system_rows.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// The requests that read it, restricted to where the target system's may go. `row` has the proxy
// credentials. Errors: kInvalidArgument, kCorrupt.
Result<std::vector<oauth::TokenRequest>> issuer_requests(Context& context,
                                                         const storage::TargetSystemRow& row,
                                                         const TargetSystem& system);

// Reads it; waits for it. The answer is not of many tenants at once.
//
// Errors, at "/endpoint_parameters/issuer", problem "issuer_unreadable", with "cause", "hop" and
// "who_must_act":
//   kInvalidArgument   there is no document, or none that is to be believed; it is of many tenants
//   kProviderRefused, kUnavailable   it could not be reached
// `cause`, where given, gets the cause of such a failure.
Result<oauth::ServerMetadata> fetch_metadata(Context& context, oauth::Discovery& discovery,
                                             const storage::TargetSystemRow& row,
                                             const TargetSystem& system,
                                             oauth::FailureCause* cause = nullptr);

// Brings metadata, in `system` and `row`, in line with the provider's entry and the issuer: reads
// what is another issuer's than before, and drops what nobody needs. True: it was changed, and has
// to be stored. `discovery` nullptr: nothing can be read.
//
// Errors: as fetch_metadata; kInvalidArgument at a field: the server does not offer what is needed.
Result<bool> follow_issuer(Context& context, oauth::Discovery* discovery,
                           storage::TargetSystemRow& row, TargetSystem& system);

}  // namespace strongroom::vault
