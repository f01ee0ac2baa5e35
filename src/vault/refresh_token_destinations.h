#pragma once
// Refresh tokens of a target system whose destination was changed since they came: held, until
// somebody who may approve destinations does (invariant 5), or a person signs in again. Entering
// its secrets anew does not free them.

#include <string>
#include <vector>

#include "base/result.h"
#include "storage/refresh_token_rows.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// Those of its clients that are sealed for another destination, sealed anew for `destination`. One
// that does not open stays as it is, with a line in the log. Never inside a transaction. Errors: as
// crypto::Sealer::seal().
Result<std::vector<storage::RefreshTokenRow>> reseal_refresh_tokens(Context& context,
                                                                    TargetSystemId id,
                                                                    const std::string& destination);

// Stores them, where nobody has stored another one since.
Status store_resealed(storage::Transaction& tx, const std::vector<storage::RefreshTokenRow>& rows);

}  // namespace strongroom::vault
