#pragma once
// Where the values that came with a client's tokens are sealed (vault/learned_values.h).

#include "crypto/sealer.h"
#include "storage/learned_value_rows.h"

namespace strongroom::vault {

// The server's own key: a client that moves to another project takes its values along.
inline crypto::Place learned_place(const storage::LearnedValuesRow& row) {
  return {.table = "learned_values",
          .row = row.oauth_client_id,
          .column = "sealed_values",
          .scope = {},
          .generation = row.generation,
          .destination = {}};
}

}  // namespace strongroom::vault
