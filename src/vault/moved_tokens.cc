#include "vault/moved_tokens.h"

#include <utility>

#include "crypto/private_key.h"
#include "storage/oauth_client_rows.h"
#include "storage/token_rows.h"
#include "vault/dpop_keys.h"
#include "vault/granted_tokens.h"
#include "vault/journal.h"
#include "vault/stored.h"
#include "vault/token_key.h"

namespace strongroom::vault {
namespace {

using storage::Snapshot;

Error try_again() {
  return Error{Code::kUnavailable,
               "The client's tokens are being renewed just now; move it again in a moment.",
               {},
               "overloaded"}
      .with("retry_after", std::int64_t{1});
}

struct Stored {
  ProjectId project;
  MovedTokens tokens;
};

Result<MovedTokens> tokens_of(Snapshot& snapshot, const Uuid& id) {
  MovedTokens tokens;
  STRONGROOM_TRY(tokens.access, storage::find_token(snapshot, id));
  STRONGROOM_TRY(tokens.resources, storage::resource_tokens_of(snapshot, id));
  STRONGROOM_TRY(tokens.refresh, storage::find_refresh_token(snapshot, id));
  STRONGROOM_TRY(tokens.key, storage::find_dpop_key(snapshot, id));
  return tokens;
}

Result<Stored> read(Snapshot& snapshot, const Uuid& id) {
  STRONGROOM_TRY(const auto row, living(storage::find_oauth_client(snapshot, id)));
  Stored stored{.project = ProjectId{row.project_id}, .tokens = {}};
  STRONGROOM_TRY(stored.tokens, tokens_of(snapshot, id));
  return stored;
}

// From one project's place to the other's.
Status seal_anew(Context& context, const TokenKey& key, ProjectId from, ProjectId to,
                 storage::TokenRow& row) {
  const auto place = [&](ProjectId project) {
    return token_place(key.client, key.resource, project, row.generation);
  };
  STRONGROOM_TRY(const auto token,
                 context.sealer.open<oauth::AccessToken>(place(from), row.sealed));
  STRONGROOM_TRY(row.sealed, context.sealer.seal(place(to), token.reveal()));
  return {};
}

Status seal_anew(Context& context, ProjectId from, ProjectId to, storage::RefreshTokenRow& row) {
  STRONGROOM_TRY(const auto token, open_refresh_token(context.sealer, from.uuid, row));
  const crypto::Place place =
      refresh_token_place(row.oauth_client_id, to.uuid, row.generation, row.destination);
  STRONGROOM_TRY(row.sealed_token, context.sealer.seal(place, token.reveal()));
  return {};
}

Status seal_anew(Context& context, ProjectId from, ProjectId to, storage::DpopKeyRow& row) {
  STRONGROOM_TRY(const auto key, context.sealer.open<crypto::PrivateKeyDer>(
                                     dpop_key_place(row, from.uuid), row.sealed_key));
  STRONGROOM_TRY(row.sealed_key, context.sealer.seal(dpop_key_place(row, to.uuid), key.reveal()));
  return {};
}

// A client for which nobody stored another refresh token since, and of which none is on its way.
Status check_refresh_token(Context& context, storage::Transaction& tx, OAuthClientId id,
                           const storage::RefreshTokenRow& moved) {
  STRONGROOM_TRY(const auto now, storage::find_refresh_token(tx, id.uuid));
  if (!now || now->generation != moved.generation) return try_again();
  STRONGROOM_TRY(const bool leased, storage::is_leased(tx, id.uuid, context.clock.now()));
  if (leased) return try_again();
  if (context.journal != nullptr && !context.journal->unsettled(id).empty()) return try_again();
  return {};
}

}  // namespace

Result<MovedTokens> seal_for_project(Context& context, OAuthClientId id, ProjectId to,
                                     bool with_refresh_token) {
  STRONGROOM_TRY(Stored stored, storage::read<Stored>(context.store, [&](Snapshot& snapshot) {
                   return read(snapshot, id.uuid);
                 }));
  MovedTokens& tokens = stored.tokens;
  if (!with_refresh_token) tokens.refresh.reset();
  if (tokens.access) {
    STRONGROOM_CHECK(seal_anew(context, {id}, stored.project, to, *tokens.access));
  }
  for (storage::ResourceTokenRow& each : tokens.resources) {
    STRONGROOM_CHECK(seal_anew(context, {id, each.resource}, stored.project, to, each.token));
  }
  if (tokens.refresh) {
    STRONGROOM_CHECK(seal_anew(context, stored.project, to, *tokens.refresh));
  }
  if (tokens.key) STRONGROOM_CHECK(seal_anew(context, stored.project, to, *tokens.key));
  return std::move(tokens);
}

Status store_moved(Context& context, storage::Transaction& tx, OAuthClientId id,
                   const MovedTokens& tokens, bool with_refresh_token) {
  STRONGROOM_TRY(MovedTokens now, tokens_of(tx, id.uuid));
  if (!with_refresh_token) now.refresh.reset();
  const bool same_set = now.access.has_value() == tokens.access.has_value() &&
                        now.resources.size() == tokens.resources.size() &&
                        now.refresh.has_value() == tokens.refresh.has_value() &&
                        now.key.has_value() == tokens.key.has_value();
  if (!same_set) return try_again();
  const auto need = [](const Result<bool>& resealed) -> Status {
    if (!resealed) return resealed.error();
    return *resealed ? Status() : try_again();
  };
  if (tokens.refresh) {
    STRONGROOM_CHECK(check_refresh_token(context, tx, id, *tokens.refresh));
    STRONGROOM_CHECK(need(storage::reseal_refresh_token(tx, *tokens.refresh)));
  }
  if (tokens.key) STRONGROOM_CHECK(need(storage::reseal_dpop_key(tx, *tokens.key)));
  if (tokens.access) {
    STRONGROOM_CHECK(
        need(storage::reseal_token(tx, id.uuid, tokens.access->generation, tokens.access->sealed)));
  }
  for (const storage::ResourceTokenRow& each : tokens.resources) {
    STRONGROOM_CHECK(need(storage::reseal_resource_token(
        tx, id.uuid, each.resource, each.token.generation, each.token.sealed)));
  }
  return {};
}

}  // namespace strongroom::vault
