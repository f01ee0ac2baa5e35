#pragma once
// Rows of the table last_exchanges: what the last token request of each OAuth client was, redacted
// by the vault before it comes here.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <optional>
#include <string>
#include <string_view>

#include "storage/store.h"

namespace strongroom::storage {

// Replaces what was kept before.
Status put_last_exchange(Transaction& tx, const Uuid& oauth_client_id, WallTime at,
                         std::string_view body);
Result<std::optional<std::string>> find_last_exchange(Snapshot& snapshot,
                                                      const Uuid& oauth_client_id);
Status delete_last_exchange(Transaction& tx, const Uuid& oauth_client_id);

}  // namespace strongroom::storage
