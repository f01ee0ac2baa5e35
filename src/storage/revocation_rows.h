#pragma once
// Rows of the tables revocations, at most one for each OAuth client, and pending_revocations: the
// tokens of theirs that the provider has not yet said to be revoked.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct RevocationRow {
  Uuid oauth_client_id;
  std::string state;
  WallTime asked_at{};
  std::int64_t attempts = 0;            // rounds that left something to be tried again
  std::string failure_cause;            // "": the last round did not fail
  std::optional<WallTime> failed_at;    // of that round
  std::optional<WallTime> next_try_at;  // nullopt: nothing is left to be tried
};

struct PendingRevocationRow {
  Uuid id;
  Uuid oauth_client_id;
  std::string token_kind;
  std::int64_t position = 0;  // within the client: what is revoked first has the least
  std::string sealed_token;
  std::string destination;  // digest of the only destination that it may be sent to
  WallTime give_up_at{};
};

Result<std::optional<RevocationRow>> find_revocation(Snapshot& snapshot,
                                                     const Uuid& oauth_client_id);
// Writes it in place of the one that there was.
Status put_revocation(Transaction& tx, const RevocationRow& row);
// Clients with something to be tried at `now`, those that have waited longest first.
Result<std::vector<Uuid>> clients_with_revocations_due(Snapshot& snapshot, WallTime now,
                                                       std::int64_t limit);

Status insert_pending_revocation(Transaction& tx, const PendingRevocationRow& row);
// In the order in which they are to be revoked.
Result<std::vector<PendingRevocationRow>> pending_revocations_of(Snapshot& snapshot,
                                                                 const Uuid& oauth_client_id);
// The first of those behind `position`; nullopt: there is none.
Result<std::optional<PendingRevocationRow>> next_pending_revocation(Snapshot& snapshot,
                                                                    const Uuid& oauth_client_id,
                                                                    std::int64_t position);
// How many wait, of all clients.
Result<std::int64_t> count_pending_revocations(Snapshot& snapshot);
Status delete_pending_revocation(Transaction& tx, const Uuid& id);

}  // namespace strongroom::storage
