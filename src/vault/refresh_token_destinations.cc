#include "vault/refresh_token_destinations.h"

#include <utility>

#include "storage/oauth_client_rows.h"
#include "vault/granted_tokens.h"

namespace strongroom::vault {
namespace {

struct HeldToken {
  storage::RefreshTokenRow row;
  Uuid project;
};

Result<std::vector<HeldToken>> held_tokens(Context& context, TargetSystemId id,
                                           const std::string& destination) {
  using All = std::vector<HeldToken>;
  return storage::read<All>(context.store, [&](storage::Snapshot& snapshot) -> Result<All> {
    STRONGROOM_TRY(auto rows, storage::refresh_tokens_of_target_system(snapshot, id.uuid));
    All held;
    for (storage::RefreshTokenRow& row : rows) {
      if (row.destination == destination) continue;
      STRONGROOM_TRY(const auto client, storage::find_oauth_client(snapshot, row.oauth_client_id));
      if (client) held.push_back({std::move(row), client->project_id});
    }
    return held;
  });
}

}  // namespace

Result<std::vector<storage::RefreshTokenRow>> reseal_refresh_tokens(
    Context& context, TargetSystemId id, const std::string& destination) {
  STRONGROOM_TRY(auto held, held_tokens(context, id, destination));
  std::vector<storage::RefreshTokenRow> resealed;
  for (HeldToken& each : held) {
    storage::RefreshTokenRow& row = each.row;
    const auto token = open_refresh_token(context.sealer, each.project, row);
    if (!token) {
      context.log.failed("A refresh token was forged or damaged; it is not used.", token.error(),
                         {{"oauth_client", row.oauth_client_id}});
      continue;
    }
    row.destination = destination;
    const crypto::Place place =
        refresh_token_place(row.oauth_client_id, each.project, row.generation, row.destination);
    STRONGROOM_TRY(row.sealed_token, context.sealer.seal(place, token->reveal()));
    resealed.push_back(std::move(row));
  }
  return resealed;
}

Status store_resealed(storage::Transaction& tx, const std::vector<storage::RefreshTokenRow>& rows) {
  for (const storage::RefreshTokenRow& row : rows) {
    STRONGROOM_CHECK(storage::reseal_refresh_token(tx, row));
  }
  return {};
}

}  // namespace strongroom::vault
