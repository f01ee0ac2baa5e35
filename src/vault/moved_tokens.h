#pragma once
// A client's tokens on their way to another project: sealed anew, since each project has a data key
// of its own. They stay the same tokens, with their generations.

#include <optional>
#include <vector>

#include "base/result.h"
#include "storage/dpop_key_rows.h"
#include "storage/refresh_token_rows.h"
#include "storage/resource_token_rows.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

struct MovedTokens {
  std::optional<storage::TokenRow> access;
  std::vector<storage::ResourceTokenRow> resources;
  std::optional<storage::RefreshTokenRow> refresh;  // nullopt also where it is not to come along
  std::optional<storage::DpopKeyRow> key = {};      // that they are bound to
};

// Those that are stored now, sealed for `to`. Never inside a transaction. Errors: kNotFound;
// kCorrupt, one of them is not what was stored; as crypto::Sealer::seal().
Result<MovedTokens> seal_for_project(Context& context, OAuthClientId id, ProjectId to,
                                     bool with_refresh_token);

// Stores them, with the client's new project in the same transaction. `with_refresh_token`: as now
// decided, whatever it was for seal_for_project(). Errors: kUnavailable "overloaded", others were
// stored meanwhile, or a refresh is under way or not settled, whose
// answer would be sealed for the project before: to be tried again.
Status store_moved(Context& context, storage::Transaction& tx, OAuthClientId id,
                   const MovedTokens& tokens, bool with_refresh_token);

}  // namespace strongroom::vault
