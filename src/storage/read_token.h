#pragma once
// Reading a token from the columns of a wider row.

#include "storage/store.h"
#include "storage/token_rows.h"

namespace strongroom::storage {

// The columns in a row that read_token() reads.
#define STRONGROOM_TOKEN_COLUMNS                                          \
  "sealed_token, token_generation, token_type, token_scope, "             \
  "token_fingerprint, token_is_bound, token_lifetime, token_expires_at, " \
  "token_refreshed_at, token_is_former, token_destination"

// From the column `first`; sealed_token must not be NULL.
TokenRow read_token(Rows& rows, int first);

}  // namespace strongroom::storage
