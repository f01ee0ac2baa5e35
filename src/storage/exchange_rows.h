#pragma once
// Rows of the tables exchanges and exchange_requests: the flight recorder. What the last token
// requests of each OAuth client were and what came of them, redacted by the vault before it comes
// here.
//
// A client asks for the same thing again and again, so what was asked is kept once, and each
// exchange has what came of it: a refresh like the one before writes one row of some 150 bytes.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "storage/store.h"

namespace strongroom::storage {

inline constexpr std::int64_t kKeptExchanges = 20;  // of each client; older ones go

struct ExchangeRow {
  WallTime at{};        // when it was sent
  std::string request;  // JSON object
  std::string outcome;  // JSON object
};

// Adds the newest one, and drops the one that is too old now.
Status put_exchange(Transaction& tx, const Uuid& oauth_client_id, const ExchangeRow& row);
// The newest first, up to `limit`.
Result<std::vector<ExchangeRow>> exchanges_of(Snapshot& snapshot, const Uuid& oauth_client_id,
                                              std::int64_t limit = kKeptExchanges);
Status delete_exchanges(Transaction& tx, const Uuid& oauth_client_id);

}  // namespace strongroom::storage
