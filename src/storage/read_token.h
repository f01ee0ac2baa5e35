#pragma once
// Reading a token from the columns of a wider row.

#include "storage/store.h"
#include "storage/token_rows.h"

namespace strongroom::storage {

// Eight columns in a row: sealed_token (not NULL), token_generation, token_type, token_scope,
// token_fingerprint, token_lifetime, token_expires_at, token_refreshed_at.
TokenRow read_token(Rows& rows, int first);

}  // namespace strongroom::storage
