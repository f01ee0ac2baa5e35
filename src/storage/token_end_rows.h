#pragma once
// When the stored access token of an OAuth client ends, where that was learned after it came.
//
// Errors: as Transaction::execute().

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "storage/store.h"

namespace strongroom::storage {

// What is learned of the token that was stored as the `generation`-th of its client.
struct TokenEnd {
  std::int64_t generation = 0;
  WallTime expires_at{};
  Milliseconds lifetime{};
  std::optional<WallTime> refresh_due_at = {};  // nullopt: it is not renewed ahead
};

// Writes it. False, and nothing written: the token is not that one any more, has an end already, or
// its client is not active.
Result<bool> put_learned_end(Transaction& tx, const Uuid& oauth_client_id, const TokenEnd& end);

}  // namespace strongroom::storage
