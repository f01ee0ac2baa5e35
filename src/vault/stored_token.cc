#include "vault/stored_token.h"

#include "vault/refresh_plan.h"
#include "vault/token_fingerprint.h"

namespace strongroom::vault {

Result<std::shared_ptr<TokenEntry>> seal_access_token(Context& context, const TokenKey& key,
                                                      ProjectId project, std::int64_t generation,
                                                      const oauth::TokenSet& tokens) {
  auto entry = std::make_shared<TokenEntry>();
  entry->generation = generation;
  entry->token_type = tokens.token_type;
  entry->scope = tokens.scope();
  entry->lifetime = tokens.lifetime;
  entry->is_bound = tokens.is_bound;
  entry->refreshed_at = tokens.sent_at;
  entry->refreshed_at_boot = tokens.sent_at_boot;
  if (tokens.lifetime) {
    entry->deadline = Deadline::after(tokens.sent_at, tokens.sent_at_boot, *tokens.lifetime);
    entry->expires_at = entry->deadline->wall;
  }
  STRONGROOM_TRY(entry->fingerprint, token_fingerprint(context.sealer, tokens.access_token));
  STRONGROOM_TRY(entry->sealed,
                 context.sealer.seal(token_place(key.client, key.resource, project, generation),
                                     tokens.access_token.reveal()));
  return entry;
}

storage::TokenRow token_row(const Context& context, const TokenKey& key, const TokenEntry& entry,
                            std::optional<WallTime> refresh_ends) {
  return {.sealed = entry.sealed,
          .generation = entry.generation,
          .token_type = entry.token_type,
          .scope = entry.scope,
          .fingerprint = entry.fingerprint,
          .is_bound = entry.is_bound,
          .lifetime = entry.lifetime,
          .expires_at = entry.expires_at,
          .refreshed_at = entry.refreshed_at,
          .refresh_due_at = refresh_due(context, key, entry, refresh_ends)};
}

}  // namespace strongroom::vault
