#pragma once
// The access tokens that OAuth clients have for single resources (RFC 8707), each with a lease of
// its own: as storage/token_rows.h, one row of the table resource_tokens in place of the client's.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function.h"
#include "storage/token_rows.h"

namespace strongroom::storage {

struct ResourceTokenRow {
  Uuid oauth_client_id;
  std::string resource;
  TokenRow token;
};

// What is known of one resource of a client, its sealed token left out.
struct ResourceStateRow {
  std::string resource;
  std::string token_type;
  std::string scope;
  std::optional<WallTime> expires_at;
  std::optional<WallTime> refreshed_at;  // nullopt: there is no token
  std::string failure_cause;             // "": the last retrieval did not fail
  std::optional<WallTime> failed_at;
  bool is_bound = false;
  bool is_former = false;  // as of a TokenRow
};

// The generation of the last token that there was; 0: there never was one.
Result<std::int64_t> resource_token_generation(Snapshot& snapshot, const Uuid& oauth_client_id,
                                               std::string_view resource);
// Those of a client that have a token.
Result<std::vector<ResourceTokenRow>> resource_tokens_of(Snapshot& snapshot,
                                                         const Uuid& oauth_client_id);
// All that were ever asked for, by their names.
Result<std::vector<ResourceStateRow>> resource_states_of(Snapshot& snapshot,
                                                         const Uuid& oauth_client_id);
// Calls `each` with every token of a client that was not deleted itself.
Status for_each_resource_token(Snapshot& snapshot, UniqueFunction<Status(ResourceTokenRow&)> each);

// As their namesakes of token_rows.h.
Result<std::optional<std::int64_t>> claim_resource_lease(Transaction& tx,
                                                         const Uuid& oauth_client_id,
                                                         std::string_view resource,
                                                         const Uuid& owner, WallTime now,
                                                         WallTime until);
Result<bool> store_resource_token(Transaction& tx, const Uuid& oauth_client_id,
                                  std::string_view resource, std::int64_t epoch,
                                  const TokenRow& token);
Result<bool> store_resource_failure(Transaction& tx, const Uuid& oauth_client_id,
                                    std::string_view resource, std::int64_t epoch,
                                    std::string_view cause, WallTime at);
Status release_resource_lease(Transaction& tx, const Uuid& oauth_client_id,
                              std::string_view resource, std::int64_t epoch);
Status release_resource_leases(Transaction& tx);

// None of the client's is renewed ahead of its end any more.
Status renew_no_resource_tokens(Transaction& tx, const Uuid& oauth_client_id);
Status keep_resource_tokens_as_former(Transaction& tx, const Uuid& oauth_client_id);
Status withdraw_resource_leases(Transaction& tx, const Uuid& oauth_client_id);
Result<bool> reseal_resource_token(Transaction& tx, const Uuid& oauth_client_id,
                                   std::string_view resource, std::int64_t generation,
                                   std::string_view sealed);

// Forgets the tokens for all resources of a client, or of all clients of a target system; what is
// on its way comes too late. The rows stay, so that no epoch or generation comes again.
Status drop_resource_tokens(Transaction& tx, const Uuid& oauth_client_id);
Status drop_resource_tokens_of_target_system(Transaction& tx, const Uuid& target_system_id,
                                             bool only_without_tenant);

}  // namespace strongroom::storage
