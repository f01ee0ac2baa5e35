#pragma once
// Rows of the table learned_values: what came with an OAuth client's tokens for who uses them, at
// most one for each client. They go with their client.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>

#include "storage/store.h"

namespace strongroom::storage {

struct LearnedValuesRow {
  Uuid oauth_client_id;
  std::int64_t generation = 1;  // part of the place that they are sealed in
  std::string sealed_values;    // a JSON object of texts
};

Result<std::optional<LearnedValuesRow>> find_learned_values(Snapshot& snapshot,
                                                            const Uuid& oauth_client_id);
// Writes it in place of the one that there was, if there was one.
Status put_learned_values(Transaction& tx, const LearnedValuesRow& row);
// It need not be there.
Status delete_learned_values(Transaction& tx, const Uuid& oauth_client_id);

}  // namespace strongroom::storage
