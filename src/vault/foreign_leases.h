#pragma once
// Leases of other processes that were not given back (invariant 8).
//
// Whether their holder is gone is told by boot time alone: one that has been seen unchanged for as
// long as a lease lasts is over, whatever somebody did to the calendar meanwhile, here or there.

#include <unordered_map>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/result.h"
#include "base/uuid.h"
#include "storage/lease_rows.h"
#include "vault/types.h"

namespace strongroom::vault {

// Safe to use from any thread.
class ForeignLeases {
 public:
  // Whether `lease` of the client is over. The first time that it is seen it is not.
  bool is_over(OAuthClientId client, const storage::HeldLease& lease, BootTime now);

 private:
  struct Seen {
    storage::HeldLease lease;
    BootTime since;
  };
  Guarded<std::unordered_map<OAuthClientId, Seen, UuidHash>> seen_;
};

// Takes the lease from a holder that is gone. It may have used the refresh token, and nobody knows
// what it was answered: that refresh token is in doubt from then on. Errors: of the store.
Status end_foreign_lease(storage::Transaction& tx, OAuthClientId client,
                         const storage::HeldLease& lease);

}  // namespace strongroom::vault
