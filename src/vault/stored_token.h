#pragma once
// An access token as it came, as the index has it, and as it is stored.

#include <memory>

#include "base/result.h"
#include "oauth/token_response.h"
#include "storage/token_rows.h"
#include "vault/context.h"
#include "vault/lookup_index.h"
#include "vault/token_key.h"

namespace strongroom::vault {

// The access token of `tokens`, sealed for its place. Never inside a transaction: sealing may
// write. Errors: as crypto::Sealer::seal().
Result<std::shared_ptr<TokenEntry>> seal_access_token(Context& context, const TokenKey& key,
                                                      ProjectId project, std::int64_t generation,
                                                      const oauth::TokenSet& tokens);

// As it is stored in this moment, with the time at which it is to be renewed.
storage::TokenRow token_row(const Context& context, const TokenKey& key, const TokenEntry& entry,
                            std::optional<WallTime> refresh_ends = std::nullopt);

}  // namespace strongroom::vault
