#include "vault/dry_run.h"

#include <utility>

#include "oauth/failure_causes.h"
#include "storage/oauth_client_rows.h"
#include "vault/lookup_index.h"
#include "vault/oauth_clients.h"
#include "vault/refresh_outcome.h"
#include "vault/restored_clients.h"
#include "vault/token_request_builder.h"

namespace strongroom::vault {
namespace {

// A retrieval asks this before it builds anything.
Status check_signed_in(const LookupIndex& index, OAuthClientId id) {
  const auto client = index.find(id).client;
  if (!client || client->state != OAuthClientState::kNeedsSignIn) return {};
  if (!client->why_sign_in) return needs_sign_in();
  return needs_sign_in(oauth::facts_of(*client->why_sign_in).name.view());
}

// A refresh asks these before it sends the token.
Status check_refresh_token(Context& context, OAuthClientId id, const UsedRefreshToken& used) {
  STRONGROOM_CHECK(context.store.read(
      [&](storage::Snapshot& snapshot) { return check_not_quarantined(snapshot, id); }));
  return check_doubt(used, context.clock.now());
}

}  // namespace

Result<DryRun> OAuthClients::dry_run(const Actor& actor, const TokenKey& key) {
  STRONGROOM_CHECK(check(actor, Permission::kView, key.client));
  STRONGROOM_CHECK(check_signed_in(context_.index, key.client));
  STRONGROOM_TRY(const TokenRequests plan, build_token_requests(context_, key));
  if (plan.refresh) STRONGROOM_CHECK(check_refresh_token(context_, key.client, *plan.refresh));
  DryRun run;
  run.requests.reserve(plan.requests.size());
  for (std::size_t i = 0; i < plan.requests.size(); ++i) {
    const UsedCredential& used = plan.credentials.at(i);
    DryRunRequest& next = run.requests.emplace_back();
    next.request = oauth::planned(plan.requests[i]);
    if (!used.id.is_nil()) next.credential = used.id;
    next.credential_kind = used.kind;
  }
  return run;
}

}  // namespace strongroom::vault
