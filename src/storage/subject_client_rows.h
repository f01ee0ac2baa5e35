#pragma once
// Which OAuth clients exchange the token of another one (RFC 8693), and for which grant of it their
// own token was got. Columns of the table oauth_clients.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

// Those that exchange this client's token; deleted ones too, which may come back.
Result<std::vector<Uuid>> clients_of_subject(Snapshot& snapshot, const Uuid& subject_client_id);
// How many of them were not deleted.
Result<std::int64_t> count_clients_of_subject(Snapshot& snapshot, const Uuid& subject_client_id);
// All that have a token that was got in exchange, and were not deleted.
Result<std::vector<Uuid>> clients_with_subjects(Snapshot& snapshot);
// The client's token was got for this grant of its subject: a digest, which vault makes.
Status put_token_subject(Transaction& tx, const Uuid& oauth_client_id, std::string_view digest);

}  // namespace strongroom::storage
