#pragma once
// Makes the requests that take one token back at the provider, from what is stored.

#include <string>
#include <vector>

#include "base/result.h"
#include "oauth/token_request.h"
#include "storage/revocation_rows.h"
#include "vault/client_settings.h"
#include "vault/context.h"

namespace strongroom::vault {

// The tenant that requests about a client's tokens go to. Errors: as tenant_for_person() and
// catalogue::choose_tenant.
Result<std::string> tenant_of(const ClientSettings& settings, const catalogue::Provider& provider);

// Whether the provider has an address for it. Where that cannot be said now, it is taken to have.
bool can_revoke(Context& context, const ClientSettings& settings);

// One request for each credential that can be used now, in the order in which to try them; the
// token is opened here and nowhere else. Only to the destination that the token came from, with the
// credentials of the same (invariant 5, A-195). That the client is disabled or deleted is no
// reason to let its tokens live. Blocks.
//
// Errors:
//   kNotFound         the client was destroyed
//   kConflict         "destination_held"; "no_revocation_endpoint"; as keep_usable() and
//                     complete_provider()
//   kInvalidArgument  the settings make no request
//   kCorrupt          a row, a secret or the token is not what was stored
Result<std::vector<oauth::TokenRequest>> build_revocation_requests(
    Context& context, const ClientSettings& settings, const storage::PendingRevocationRow& token);

}  // namespace strongroom::vault
