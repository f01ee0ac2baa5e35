#pragma once
// The credentials of a target system's own proxy: sealed for that proxy, and opened only for it
// (invariants 2 and 5). Never seal inside a transaction.

#include <optional>
#include <string>

#include "base/result.h"
#include "crypto/sealer.h"
#include "oauth/outgoing_policy.h"
#include "storage/target_system_rows.h"

namespace strongroom::vault {

// For the row's proxy and generation, as they will be stored. Errors: as crypto::Sealer::seal().
Result<std::string> seal_proxy_credentials(crypto::Sealer& sealer,
                                           const storage::TargetSystemRow& row,
                                           const oauth::ProxyCredentials& credentials);

// nullopt: none are stored. The row's MAC was checked. Errors: kCorrupt.
Result<std::optional<oauth::ProxyCredentials>> open_proxy_credentials(
    const crypto::Sealer& sealer, const storage::TargetSystemRow& row);

}  // namespace strongroom::vault
