#include "vault/foreign_leases.h"

#include "storage/refresh_token_rows.h"
#include "storage/token_rows.h"
#include "vault/granted_tokens.h"

namespace strongroom::vault {

bool ForeignLeases::is_over(OAuthClientId client, const storage::HeldLease& lease, BootTime now) {
  const auto seen = seen_.lock();
  const auto [known, is_new] = seen->try_emplace(client, Seen{.lease = lease, .since = now});
  if (!is_new && !(known->second.lease == lease)) known->second = {.lease = lease, .since = now};
  if (now < known->second.since + kGrantLease) return false;
  seen->erase(known);
  return true;
}

Status end_foreign_lease(storage::Transaction& tx, OAuthClientId client,
                         const storage::HeldLease& lease) {
  STRONGROOM_TRY(const auto refresh, storage::find_refresh_token(tx, client.uuid));
  // One that was stored under this very lease is what came, and not what was sent.
  if (refresh && refresh->generation != lease.epoch) {
    STRONGROOM_CHECK(storage::note_refresh_answer_lost(tx, client.uuid, refresh->generation,
                                                       lease.until - kGrantLease));
  }
  return storage::withdraw_leases(tx, client.uuid);
}

}  // namespace strongroom::vault
