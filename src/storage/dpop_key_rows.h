#pragma once
// Rows of the table dpop_keys: the key that an OAuth client's tokens are bound to (RFC 9449), at
// most one for each. They go with their client.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>

#include "storage/store.h"

namespace strongroom::storage {

struct DpopKeyRow {
  Uuid oauth_client_id;
  std::int64_t generation = 1;  // part of the place that it is sealed in
  std::string sealed_key;
  std::string thumbprint;  // of its public half (RFC 7638); shown, and never believed
  WallTime created_at{};
};

Result<std::optional<DpopKeyRow>> find_dpop_key(Snapshot& snapshot, const Uuid& oauth_client_id);
// False: the client has one already, and that one stays.
Result<bool> insert_dpop_key(Transaction& tx, const DpopKeyRow& row);
// Writes it in place of the one that there was, if there was one.
Status put_dpop_key(Transaction& tx, const DpopKeyRow& row);
// The same key, sealed anew. False: it is another one by now.
Result<bool> reseal_dpop_key(Transaction& tx, const DpopKeyRow& row);

}  // namespace strongroom::storage
