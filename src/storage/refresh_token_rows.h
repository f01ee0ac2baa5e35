#pragma once
// Rows of the table refresh_tokens, at most one for each OAuth client.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct RefreshTokenRow {
  Uuid oauth_client_id;
  std::string sealed_token;
  std::int64_t generation = 1;         // goes up with each that is stored
  std::string destination;             // digest of the destination that it is sealed for
  std::string scope;                   // what was granted with it
  WallTime issued_at{};                // when the provider answered with it
  std::optional<WallTime> expires_at;  // nullopt: nobody said
  std::optional<bool> rotates;         // nullopt: not known yet
};

Result<std::optional<RefreshTokenRow>> find_refresh_token(Snapshot& snapshot,
                                                          const Uuid& oauth_client_id);
// Writes it in place of the one that there was.
Status put_refresh_token(Transaction& tx, const RefreshTokenRow& row);
Status delete_refresh_token(Transaction& tx, const Uuid& oauth_client_id);
// Those of a target system's clients, deleted ones included.
Result<std::vector<RefreshTokenRow>> refresh_tokens_of_target_system(Snapshot& snapshot,
                                                                     const Uuid& target_system_id);

}  // namespace strongroom::storage
