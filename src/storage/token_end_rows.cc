#include "storage/token_end_rows.h"

#include "storage/client_end_rows.h"

namespace strongroom::storage {

Result<bool> put_learned_end(Transaction& tx, const Uuid& oauth_client_id, const TokenEnd& end) {
  STRONGROOM_TRY(
      const std::int64_t written,
      tx.execute("UPDATE oauth_clients SET token_expires_at = ?, token_lifetime = ?, "
                 "refresh_due_at = ? WHERE id = ? AND token_generation = ? AND "
                 "sealed_token IS NOT NULL AND token_expires_at IS NULL AND "
                 "state = 'active' AND deleted_at IS NULL",
                 {to_value(end.expires_at), std::int64_t{end.lifetime.count()},
                  to_value(end.refresh_due_at), to_value(oauth_client_id), end.generation}));
  if (written > 0) STRONGROOM_CHECK(note_client_end(tx, oauth_client_id));
  return written > 0;
}

}  // namespace strongroom::storage
