#pragma once
// The lease of an OAuth client as it stands, for whoever finds that another process holds it, and
// for its holder while a call lasts. How leases are claimed and given back: storage/token_rows.h.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>

#include "storage/store.h"

namespace strongroom::storage {

// One that was neither given back nor taken away, whether or not it has run out.
struct HeldLease {
  Uuid owner = {};
  std::int64_t epoch = 0;
  WallTime until{};

  friend bool operator==(const HeldLease&, const HeldLease&) = default;
};

// nullopt: nobody holds the client's, or there is no such client.
Result<std::optional<HeldLease>> find_lease(Snapshot& snapshot, const Uuid& oauth_client_id);

// Makes the lease last until `until`, if `epoch` is still the lease's and it is held. False: it is
// somebody else's by now, or nobody's.
Result<bool> extend_lease(Transaction& tx, const Uuid& oauth_client_id, std::int64_t epoch,
                          WallTime until);

// What a client has now, and whoever holds its lease is to follow.
struct TokenGenerations {
  Uuid project_id = {};
  std::int64_t access_token = 0;
  std::int64_t refresh_token = 0;  // 0: there is none
};

// nullopt: there is no such client, or it was deleted, or what it belongs to was.
Result<std::optional<TokenGenerations>> token_generations(Snapshot& snapshot,
                                                          const Uuid& oauth_client_id);

}  // namespace strongroom::storage
