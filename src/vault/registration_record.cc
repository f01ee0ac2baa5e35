#include "vault/registration_record.h"

#include <utility>

#include "crypto/digest.h"
#include "crypto/equal.h"
#include "vault/destination.h"
#include "vault/issuer_metadata.h"
#include "vault/row_mac.h"

namespace strongroom::vault {
namespace {

using storage::RegistrationRow;
using storage::TargetSystemRow;

std::string text_of(const crypto::Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// Not what renewals note without anybody's asking, and not the sealed token, which says by itself
// whose it is.
Result<std::string> mac_of(const crypto::Sealer& sealer, const RegistrationRow& row) {
  FieldText fields;
  fields.add(row.target_system_id.raw()).add(row.kind).add(row.issuer).add(row.client_id);
  fields.add(row.configuration_endpoint).add(row.generation).add(row.destination);
  fields.add(row.secret_expires_at ? row.secret_expires_at->time_since_epoch().count() : -1);
  fields.add(row.created_at.time_since_epoch().count());
  STRONGROOM_TRY(const crypto::Sha256Digest digest, sealer.mac("registrations", fields.text()));
  return text_of(digest);
}

std::string destination_of(const Context& context, const TargetSystem& system,
                           const RegistrationRow& row) {
  FieldText fields;
  fields.add("registration").add(destination_digest(context.catalogue, system));
  fields.add(row.issuer).add(row.configuration_endpoint);
  return text_of(crypto::sha256(fields.text()));
}

}  // namespace

Status check_mac(const crypto::Sealer& sealer, const RegistrationRow& row) {
  STRONGROOM_TRY(const std::string expected, mac_of(sealer, row));
  if (crypto::constant_time_equal(expected, row.mac)) return {};
  return Error{Code::kCorrupt, "A stored row was changed by somebody else.",
               "registrations " + row.target_system_id.text()};
}

crypto::Place registration_token_place(const TargetSystemRow& system, const RegistrationRow& row) {
  return {.table = "registrations",
          .row = row.target_system_id,
          .column = "sealed_access_token",
          .scope = system.project_id.value_or(Uuid{}),
          .generation = row.generation,
          .destination = row.destination};
}

Result<std::optional<RegistrationRow>> read_registration(Context& context,
                                                         storage::Snapshot& snapshot,
                                                         TargetSystemId id) {
  STRONGROOM_TRY(std::optional<RegistrationRow> row, storage::find_registration(snapshot, id.uuid));
  if (row) STRONGROOM_CHECK(check_mac(context.sealer, *row));
  return row;
}

Status store_registration(Context& context, storage::Transaction& tx, RegistrationRow& row) {
  STRONGROOM_TRY(row.mac, mac_of(context.sealer, row));
  return storage::put_registration(tx, row);
}

Status seal_registration_token(Context& context, const TargetSystemRow& system_row,
                               const TargetSystem& system,
                               const oauth::RegistrationAccessToken& token, RegistrationRow& row) {
  row.destination = destination_of(context, system, row);
  STRONGROOM_TRY(row.sealed_access_token,
                 context.sealer.seal(registration_token_place(system_row, row), token.reveal()));
  return {};
}

Result<oauth::RegistrationAccessToken> open_registration_token(Context& context,
                                                               const TargetSystemRow& system_row,
                                                               const TargetSystem& system,
                                                               const RegistrationRow& row) {
  if (!row.sealed_access_token || row.configuration_endpoint.empty()) {
    return Error{Code::kConflict,
                 "The service provider gave nothing to manage the registration with.",
                 {},
                 "no_registration_token"};
  }
  if (row.destination != destination_of(context, system, row)) {
    return Error{Code::kConflict,
                 "The target system's destination was changed since it was registered: the token "
                 "for its registration goes nowhere else.",
                 {},
                 "destination_held"};
  }
  return context.sealer.open<oauth::RegistrationAccessToken>(
      registration_token_place(system_row, row), *row.sealed_access_token);
}

bool is_in_use(const RegistrationRow& row, const TargetSystem& system) {
  return row.issuer == issuer_of(system) && row.client_id == system.consumer_key;
}

Status check_registrations(Context& context, storage::Snapshot& snapshot,
                           const TargetSystem& after) {
  if (after.consumer_key.empty()) return {};
  STRONGROOM_TRY(const auto own, read_registration(context, snapshot, after.id));
  if (own && own->client_id == after.consumer_key && own->issuer != issuer_of(after)) {
    return Error{Code::kConflict,
                 "The consumer key was registered at another issuer, and counts there alone. End "
                 "the registration first, or enter the consumer key of the new issuer.",
                 {},
                 "registered_elsewhere"}
        .at("/endpoint_parameters/issuer");
  }
  STRONGROOM_TRY(const bool is_borrowed,
                 storage::is_registered_elsewhere(snapshot, issuer_of(after), after.consumer_key,
                                                  after.id.uuid));
  if (!is_borrowed) return {};
  return Error{Code::kConflict,
               "Another target system registered this consumer key for itself. Each registers by "
               "itself.",
               {},
               "registration_in_use"}
      .at("/consumer_key");
}

}  // namespace strongroom::vault
