#include "vault/client_keys.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "crypto/jwk.h"
#include "crypto/uuid.h"
#include "vault/consumer_secrets.h"
#include "vault/destination.h"
#include "vault/service_account_keys.h"
#include "vault/target_system_record.h"

namespace strongroom::vault {
namespace {

constexpr std::size_t kLongestKeyId = 128;

std::string field_of(std::size_t index, std::string_view member) {
  return "/client_keys/" + std::to_string(index) + "/" + std::string(member);
}

// It goes into the header of a JWS and onto a page at the provider.
bool is_key_id(std::string_view text) {
  return text.size() <= kLongestKeyId &&
         std::ranges::all_of(text, [](char c) { return '!' <= c && c <= '~'; });
}

Status check_client_key(const NewClientKey& key, std::size_t index) {
  const bool entered = !key.file.reveal().empty();
  const bool named = !key.pkcs11_uri.empty();
  if (key.keep) {
    if (!entered && !named && !key.generate && key.key_id.empty()) return {};
    return Error{Code::kInvalidArgument, "An id keeps what is stored: send nothing else with it."}
        .at(field_of(index, "id"));
  }
  if (int{entered} + int{named} + int{key.generate.has_value()} != 1) {
    return Error{Code::kInvalidArgument,
                 "Enter a private key, name one in a security token, or have one made: one of "
                 "these."}
        .at(field_of(index, "private_key"));
  }
  if (!is_key_id(key.key_id)) {
    return Error{Code::kInvalidArgument,
                 "A key id is up to 128 visible ASCII characters, without spaces."}
        .at(field_of(index, "kid"));
  }
  return {};
}

Result<crypto::PrivateKey> key_in_token(const Context& context, const std::string& text) {
  STRONGROOM_TRY(const crypto::Pkcs11Uri uri, crypto::Pkcs11Uri::parse(text));
  if (context.tokens == nullptr) {
    return Error{Code::kInvalidArgument,
                 "The server was started without a security token. Whoever runs it must set "
                 "pkcs11.module, pkcs11.token and pkcs11.pin_file."};
  }
  return crypto::Pkcs11::find(context.tokens, uri);
}

// `key_id`: as it was entered; where that is empty, a key file may say it.
Result<crypto::PrivateKey> key_of(const Context& context, const NewClientKey& key,
                                  std::size_t index, std::string& key_id) {
  if (is_service_account(key)) {
    STRONGROOM_TRY(oauth::ServiceAccountFile file, read_service_account(key, index));
    if (key_id.empty()) key_id = std::move(file.key_id);
    if (is_key_id(key_id)) return std::move(file.key);
    return Error{Code::kInvalidArgument,
                 "The key id in the file is longer than 128 characters. Enter the kid."}
        .at(field_of(index, "kid"));
  }
  if (!key.pkcs11_uri.empty()) {
    auto found = key_in_token(context, key.pkcs11_uri);
    if (found) return found;
    return std::move(found).error().at(field_of(index, "pkcs11_uri"));
  }
  if (key.generate) return crypto::PrivateKey::generate(*key.generate);
  auto parsed = crypto::PrivateKey::parse(key.file.reveal(), key.password);
  if (parsed) return parsed;
  return std::move(parsed).error().at(field_of(index, "private_key"));
}

Result<storage::ConsumerSecretRow> seal_one(Context& context,
                                            const storage::TargetSystemRow& system,
                                            const NewClientKey& given, std::size_t index) {
  const WallTime now = context.clock.now();
  std::string key_id = given.key_id;
  STRONGROOM_TRY(const crypto::PrivateKey key, key_of(context, given, index, key_id));
  storage::ConsumerSecretRow row{.id = crypto::make_uuid(now, context.random),
                                 .target_system_id = system.id,
                                 .kind = std::string(storage::kKeyKind),
                                 .position = static_cast<std::int64_t>(index),
                                 .generation = 1,
                                 .sealed_value = {},
                                 .key_id = std::move(key_id),
                                 .key_type = key_type_text(key),
                                 .thumbprint = crypto::jwk_thumbprint(key),
                                 .expires_on = given.expires_on,
                                 .created_at = now};
  if (row.key_id.empty()) row.key_id = row.thumbprint;
  const crypto::PrivateKeyDer der = key.der();
  STRONGROOM_TRY(
      row.sealed_value,
      context.sealer.seal(secret_place(system, row, system.secrets_destination), der.reveal()));
  return row;
}

}  // namespace

std::string key_type_text(const crypto::PrivateKey& key) {
  const std::string place = key.is_in_token() ? " (PKCS#11)" : "";
  switch (key.type()) {
    case crypto::KeyType::kRsa:
      return "RSA " + std::to_string(key.bits()) + place;
    case crypto::KeyType::kP256:
      return "P-256" + place;
    case crypto::KeyType::kEd25519:
      return "Ed25519" + place;
  }
  return "";
}

Status check_client_keys(const std::vector<NewClientKey>& keys) {
  if (keys.size() > kMaxClientKeys) {
    return Error{Code::kInvalidArgument, "A target system has at most two client keys."}.at(
        "/client_keys");
  }
  for (std::size_t i = 0; i < keys.size(); ++i) STRONGROOM_CHECK(check_client_key(keys[i], i));
  return {};
}

Result<std::vector<storage::ConsumerSecretRow>> seal_client_keys(
    Context& context, const storage::TargetSystemRow& system, const StoredCredentials& stored,
    const std::vector<NewClientKey>& keys) {
  std::vector<storage::ConsumerSecretRow> rows;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    STRONGROOM_TRY(storage::ConsumerSecretRow row,
                   keys[i].keep ? keep_credential(stored, storage::kKeyKind, *keys[i].keep, i,
                                                  field_of(i, "id"))
                                : seal_one(context, system, keys[i], i));
    if (std::ranges::find(rows, row.thumbprint, &storage::ConsumerSecretRow::thumbprint) !=
        rows.end()) {
      return Error{Code::kInvalidArgument, "This is the same key as the one before it."}.at(
          field_of(i, "private_key"));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<crypto::PrivateKey> open_client_key(const crypto::Sealer& sealer,
                                           const storage::TargetSystemRow& system,
                                           const storage::ConsumerSecretRow& key,
                                           const std::shared_ptr<crypto::Pkcs11>& tokens) {
  STRONGROOM_TRY(const crypto::PrivateKeyDer der,
                 sealer.open<crypto::PrivateKeyDer>(
                     secret_place(system, key, system.secrets_destination), key.sealed_value));
  return crypto::PrivateKey::open(der, tokens);
}

Status check_keys_are_not_shared(Context& context, storage::Snapshot& snapshot,
                                 const storage::TargetSystemRow& system,
                                 const std::vector<storage::ConsumerSecretRow>& rows) {
  std::optional<std::string> endpoint;
  for (const storage::ConsumerSecretRow& row : rows) {
    STRONGROOM_TRY(const auto others,
                   storage::target_systems_with_key(snapshot, row.thumbprint, system.id));
    for (const Uuid& id : others) {
      STRONGROOM_TRY(const auto other, storage::find_target_system(snapshot, id));
      if (!other) continue;
      STRONGROOM_TRY(const TargetSystem theirs, to_target_system(*other));
      if (!endpoint) {
        STRONGROOM_TRY(const TargetSystem ours, to_target_system(system));
        endpoint = displayed_endpoint(context.catalogue, ours, {});
      }
      if (displayed_endpoint(context.catalogue, theirs, {}) == *endpoint) continue;
      return Error{Code::kConflict,
                   "Another target system signs with this key for another authorization server. A "
                   "key is for one only: enter or make another one.",
                   {},
                   "client_key_in_use"}
          .at(row.kind == storage::kKeyKind ? "/client_keys" : "/client_certificates")
          .with("existing_id", id);
    }
  }
  return {};
}

}  // namespace strongroom::vault
