// What of a target system's keys and certificates goes to the provider: public halves, certificates
// and requests for them.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/jwk.h"
#include "vault/client_certificates.h"
#include "vault/client_keys.h"
#include "vault/reach.h"
#include "vault/row_mac.h"
#include "vault/signing_algorithm.h"
#include "vault/stored.h"
#include "vault/target_system_record.h"
#include "vault/target_systems.h"

namespace strongroom::vault {
namespace {

using storage::ConsumerSecretRow;
using storage::Snapshot;
using storage::TargetSystemRow;

constexpr std::string_view kPemEnd = "-----END CERTIFICATE-----\n";

struct Stored {
  TargetSystemRow row;
  std::vector<ConsumerSecretRow> credentials;
};

Result<Stored> load(Context& context, TargetSystemId id) {
  return storage::read<Stored>(context.store, [&](Snapshot& snapshot) -> Result<Stored> {
    Stored stored;
    STRONGROOM_TRY(stored.row, living(storage::find_target_system(snapshot, id.uuid)));
    STRONGROOM_CHECK(check_mac(context.sealer, stored.row));
    STRONGROOM_TRY(stored.credentials, storage::consumer_secrets_of(snapshot, id.uuid));
    return stored;
  });
}

Result<crypto::PrivateKey> open_key(const Context& context, const TargetSystemRow& system,
                                    const ConsumerSecretRow& row) {
  if (row.kind == storage::kKeyKind) {
    return open_client_key(context.sealer, system, row, context.tokens);
  }
  STRONGROOM_TRY(crypto::KeyAndCertificate pair,
                 open_client_certificate(context.sealer, system, row, context.tokens));
  return std::move(pair.key);
}

// Those with a key, keys first: it is they that are new.
std::vector<ConsumerSecretRow> rows_with_key(std::vector<ConsumerSecretRow> rows) {
  std::erase_if(rows, [](const auto& row) { return row.kind == storage::kSecretKind; });
  std::stable_partition(rows.begin(), rows.end(),
                        [](const auto& row) { return row.kind == storage::kKeyKind; });
  return rows;
}

// The one with this id, or the only one: one key may have several certificates.
Result<ConsumerSecretRow> choose_key(const std::vector<ConsumerSecretRow>& rows,
                                     const std::optional<std::string>& key_id) {
  const auto found =
      std::ranges::find_if(rows, [&](const auto& row) { return !key_id || row.key_id == *key_id; });
  if (found == rows.end()) {
    return Error{Code::kInvalidArgument,
                 "The target system has no such key. Have one made first, or enter one."}
        .at("kid");
  }
  const bool others = std::ranges::any_of(
      rows, [&](const auto& row) { return row.thumbprint != found->thumbprint; });
  if (key_id || !others) return *found;
  return Error{Code::kInvalidArgument,
               "The target system has several keys. Say by its kid which one is meant."}
      .at("kid");
}

// What such a key will sign with there: a server that reads "alg" takes no other (RFC 7517 section
// 4.4).
crypto::SignatureAlgorithm algorithm_for(const Context& context, const TargetSystem& system,
                                         crypto::KeyType type) {
  const catalogue::ProviderPtr provider = context.catalogue.find(system.service_provider);
  if (provider != nullptr) {
    const auto chosen = signing_algorithm(*provider, system, type);
    if (chosen) return *chosen;
  }
  return crypto::algorithms_of(type).front();
}

}  // namespace

Result<std::string> TargetSystems::jwks(const Actor& actor, TargetSystemId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  STRONGROOM_TRY(Stored stored, allowed(actor, Permission::kView, load(context_, id)));
  const auto rows = rows_with_key(std::move(stored.credentials));
  std::vector<crypto::PrivateKey> keys;
  std::vector<std::string> ids;
  std::vector<std::string> seen;
  for (const ConsumerSecretRow& row : rows) {
    if (std::ranges::find(seen, row.thumbprint) != seen.end()) continue;  // of two certificates
    seen.push_back(row.thumbprint);
    STRONGROOM_TRY(crypto::PrivateKey key, open_key(context_, stored.row, row));
    keys.push_back(std::move(key));
    ids.push_back(row.key_id);
  }
  STRONGROOM_TRY(const TargetSystem system, to_target_system(stored.row));
  std::vector<crypto::PublishedKey> published;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    published.push_back({keys[i], ids[i], algorithm_for(context_, system, keys[i].type())});
  }
  return crypto::jwks_document(published);
}

Result<std::string> TargetSystems::certificate_request(const Actor& actor, TargetSystemId id,
                                                       const std::optional<std::string>& key_id,
                                                       const std::string& common_name) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_TRY(Stored stored, allowed(actor, Permission::kConfigure, load(context_, id)));
  STRONGROOM_TRY(const ConsumerSecretRow row,
                 choose_key(rows_with_key(std::move(stored.credentials)), key_id));
  STRONGROOM_TRY(const crypto::PrivateKey key, open_key(context_, stored.row, row));
  auto request = crypto::certificate_request(key, common_name);
  if (request || request.error().code != Code::kInvalidArgument) return request;
  return std::move(request).error().at("common_name");
}

Result<std::string> TargetSystems::certificate(const Actor& actor, TargetSystemId id,
                                               const std::optional<Uuid>& certificate) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  STRONGROOM_TRY(const Stored stored, allowed(actor, Permission::kView, load(context_, id)));
  const auto found = std::ranges::find_if(stored.credentials, [&](const auto& row) {
    return row.kind == storage::kCertificateKind && (!certificate || row.id == *certificate);
  });
  if (found == stored.credentials.end()) {
    return Error{Code::kNotFound, "The target system has no such client certificate."};
  }
  STRONGROOM_TRY(const crypto::KeyAndCertificate pair,
                 open_client_certificate(context_.sealer, stored.row, *found, context_.tokens));
  const std::string chain = pair.certificate.pem();
  return chain.substr(0, chain.find(kPemEnd) + kPemEnd.size());
}

}  // namespace strongroom::vault
