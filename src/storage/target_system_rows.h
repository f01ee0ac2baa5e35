#pragma once
// Rows of the tables target_systems and consumer_secrets.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function.h"
#include "storage/issuer_metadata_rows.h"
#include "storage/row_list.h"
#include "storage/store.h"

namespace strongroom::storage {

struct TargetSystemRow {
  Uuid id;
  std::optional<Uuid> project_id;  // nullopt: all projects
  std::string name;
  std::string name_key;
  std::string service_provider;
  bool oauth_enabled = true;
  std::string grant_flow;
  std::string callback;
  std::string client_authentication;
  std::string consumer_key;
  std::string scopes;               // JSON array of strings
  std::string endpoint_parameters;  // JSON object of strings
  std::string trusted_ca_pem;
  std::string allowed_addresses;  // JSON array of strings
  std::string owner_name;
  std::string owner_email;
  std::string description;
  std::string tags;  // JSON array of strings
  std::optional<std::string> supported_accounts;
  std::string default_tenant;
  std::string proxy;
  std::optional<std::string> sealed_proxy_credentials;
  std::int64_t proxy_credentials_generation = 0;
  std::string secrets_destination;  // digest of the destination that the secrets are sealed for
  std::string mac;                  // made and checked by vault
  RowStamps stamps;
  bool hidden = false;           // not a column: its project is deleted
  std::string resources = "[]";  // JSON array of strings
  // No column either: a row of its own, read with it and written by itself.
  std::optional<IssuerMetadataRow> issuer_metadata;
  // Nor is this: how many private keys it has, with certificates or without.
  std::int64_t private_keys = 0;
  std::int64_t keep_alive_days = 0;  // refresh tokens are used that often at least; 0: they may die
  bool dpop = false;
  std::string signature_method = {};
  std::int64_t verify_every_hours = 0;  // 0: never
  std::string protected_resource = {};
};

// What a target system's clients prove with who they are: a secret, a private key, or a certificate
// with its private key.
inline constexpr std::string_view kSecretKind = "secret";
inline constexpr std::string_view kKeyKind = "key";
inline constexpr std::string_view kCertificateKind = "certificate";

struct ConsumerSecretRow {
  Uuid id;
  Uuid target_system_id;
  std::string kind = std::string(kSecretKind);
  std::int64_t position = 0;  // 0: tried first of its kind
  std::int64_t generation = 1;
  std::string sealed_value;
  std::string key_id = {};                  // these three of a key, also of a certificate's
  std::string key_type = {};                // for people: "P-256"
  std::string thumbprint = {};              // of its public half
  std::string subject = {};                 // these three of a certificate only
  std::string certificate_thumbprint = {};  // "x5t#S256"
  std::optional<WallTime> not_before = {};
  std::optional<WallTime> expires_on = {};  // of a certificate: its notAfter
  WallTime created_at{};
  std::optional<WallTime> accepted_at = {};  // by the provider, last; see credential_rows.h
};

// Also one that was deleted.
Result<std::optional<TargetSystemRow>> find_target_system(Snapshot& snapshot, const Uuid& id);

// The one that lives whose name a target system of `project_id` may not have as well: the project's
// own and the global ones; for a global one (nullopt), every one. `except` does not count.
Result<std::optional<Uuid>> find_target_system_named(Snapshot& snapshot,
                                                     const std::optional<Uuid>& project_id,
                                                     std::string_view name_key, const Uuid& except);
// A global one that lives and was given the name of one of this project's own.
Result<std::optional<Uuid>> find_global_name_clash(Snapshot& snapshot, const Uuid& project_id);

struct TargetSystemListRequest {
  RowListRequest list;
  std::optional<Uuid> project_id;  // its own and the global ones
  std::string service_provider;
  std::string tag_json;  // a tag as a JSON string, quotes included; empty: all
};
// Sorts by name, created_at, updated_at, service_provider. Errors: kInvalidArgument at "sort".
Result<RowPage<TargetSystemRow>> list_target_systems(Snapshot& snapshot,
                                                     const TargetSystemListRequest& request);

Status insert_target_system(Transaction& tx, const TargetSystemRow& row);
// Writes everything but id, project_id and created_at.
Status update_target_system(Transaction& tx, const TargetSystemRow& row);

// Certificates, keys and secrets, each kind in the order in which they are tried.
Result<std::vector<ConsumerSecretRow>> consumer_secrets_of(Snapshot& snapshot,
                                                           const Uuid& target_system_id);
// The living target systems, but for `except`, that have a key with this thumbprint, also that of a
// certificate.
Result<std::vector<Uuid>> target_systems_with_key(Snapshot& snapshot, std::string_view thumbprint,
                                                  const Uuid& except);
// Replaces all secrets, keys and certificates of a target system.
Status replace_consumer_secrets(Transaction& tx, const Uuid& target_system_id,
                                const std::vector<ConsumerSecretRow>& rows);

struct TargetSystemUse {
  std::int64_t oauth_clients = 0;
  std::int64_t robot_access = 0;
  std::int64_t secrets = 0;
};
Result<TargetSystemUse> count_target_system_use(Snapshot& snapshot, const Uuid& id);

// Its own, deleted ones included.
Result<std::vector<Uuid>> target_systems_of_project(Snapshot& snapshot, const Uuid& id);
// Those deleted at `moment` or before.
Result<std::vector<Uuid>> target_systems_deleted_until(Snapshot& snapshot, WallTime moment);
// Destroys the row, its secrets, and the OAuth clients that use it with their rules.
Status destroy_target_system(Transaction& tx, const Uuid& id);

// Calls `each` with every target system that was not deleted itself (its project may be), and how
// many consumer secrets it has. An error of `each` ends the walk and is answered.
Status for_each_target_system(
    Snapshot& snapshot, UniqueFunction<Status(const TargetSystemRow&, std::int64_t secrets)> each);

}  // namespace strongroom::storage
