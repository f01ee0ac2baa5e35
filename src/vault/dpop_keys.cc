#include "vault/dpop_keys.h"

#include <memory>
#include <optional>
#include <utility>

#include "crypto/jwk.h"
#include "crypto/private_key.h"
#include "oauth/dpop_proof.h"
#include "vault/client_settings.h"

namespace strongroom::vault {
namespace {

using storage::DpopKeyRow;
using Row = std::optional<DpopKeyRow>;

Result<Row> find_row(Context& context, OAuthClientId client) {
  return storage::read<Row>(context.store, [&](storage::Snapshot& snapshot) {
    return storage::find_dpop_key(snapshot, client.uuid);
  });
}

oauth::ProvedKey to_proved_key(Context& context, crypto::PrivateKey key) {
  return std::make_shared<const oauth::DpopProver>(std::move(key), context.random, context.clock);
}

// Another process may have made one meanwhile: then that is the client's.
Result<DpopKeyRow> make_key(Context& context, OAuthClientId client, ProjectId project) {
  STRONGROOM_TRY(const crypto::PrivateKey key, crypto::PrivateKey::generate(crypto::NewKey::kP256));
  DpopKeyRow row{.oauth_client_id = client.uuid,
                 .generation = 1,
                 .sealed_key = {},
                 .thumbprint = crypto::jwk_thumbprint(key),
                 .created_at = context.clock.now()};
  const crypto::PrivateKeyDer der = key.der();
  STRONGROOM_TRY(row.sealed_key,
                 context.sealer.seal(dpop_key_place(row, project.uuid), der.reveal()));
  return storage::write<DpopKeyRow>(
      context.store, [&](storage::Transaction& tx) -> Result<DpopKeyRow> {
        STRONGROOM_TRY(const bool is_first, storage::insert_dpop_key(tx, row));
        if (is_first) return row;
        STRONGROOM_TRY(Row other, storage::find_dpop_key(tx, client.uuid));
        if (!other) return Error{Code::kInternal, "A key was neither stored nor there."};
        return *std::move(other);
      });
}

}  // namespace

bool binds_tokens(const catalogue::Provider& provider, const TargetSystem& system) {
  return system.dpop || provider.dpop.use == catalogue::DpopUse::kRequired;
}

Status check_dpop(const catalogue::Provider& provider, const TargetSystem& system) {
  if (!system.dpop || provider.dpop.use != catalogue::DpopUse::kUnsupported) return {};
  return Error{Code::kInvalidArgument,
               "As far as is known, this service provider does not bind tokens to keys."}
      .at("/dpop");
}

Result<oauth::ProvedKey> dpop_key_of(Context& context, OAuthClientId client, ProjectId project) {
  STRONGROOM_TRY(Row row, find_row(context, client));
  if (!row) {
    STRONGROOM_TRY(row, make_key(context, client, project));
  }
  return open_dpop_key(context, project, *row);
}

Result<oauth::ProvedKey> open_dpop_key(Context& context, ProjectId project, const DpopKeyRow& row) {
  STRONGROOM_TRY(const auto der, context.sealer.open<crypto::PrivateKeyDer>(
                                     dpop_key_place(row, project.uuid), row.sealed_key));
  STRONGROOM_TRY(crypto::PrivateKey key, crypto::PrivateKey::open(der));
  return to_proved_key(context, std::move(key));
}

Result<std::string> expected_binding(Context& context, OAuthClientId client) {
  STRONGROOM_TRY(const ClientSettings settings, read_client_settings(context, {client}));
  STRONGROOM_TRY(const catalogue::Provider provider, provider_of(context, settings.system));
  if (!binds_tokens(provider, settings.system)) return std::string();
  STRONGROOM_TRY(const oauth::ProvedKey key,
                 dpop_key_of(context, client, ProjectId{settings.client.project_id}));
  return key->thumbprint();
}

Result<oauth::ProvedKey> passing_dpop_key(Context& context) {
  STRONGROOM_TRY(crypto::PrivateKey key, crypto::PrivateKey::generate(crypto::NewKey::kP256));
  return to_proved_key(context, std::move(key));
}

crypto::Place dpop_key_place(const DpopKeyRow& row, const Uuid& project) {
  return {.table = "dpop_keys",
          .row = row.oauth_client_id,
          .column = "sealed_key",
          .scope = project,
          .generation = row.generation};
}

}  // namespace strongroom::vault
