#pragma once
// Every sealed column of the state, with the place that its values are sealed in: for sealing them
// anew with another key.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

// A sealed value holds the id of its key in these bytes (crypto/sealer.h), counted from 1.
inline constexpr int kKeyIdAt = 2;
inline constexpr int kKeyIdBytes = 16;

struct SealedColumn {
  std::string_view table;
  std::string_view column;
  // Its values that were sealed with key ?1, of rows behind (?2, ?3), at most ?4: the row's key,
  // the second part of that or '', and the place: row, scope, column, generation, destination; and
  // the value. Empty: those whom the rotation is given besides seal them anew, because a MAC covers
  // them.
  std::string_view select = {};
  std::string_view condition = {};  // that finds the row by its key, ?3 and ?4
};

// All of them; a test compares with the schema, so that no column is forgotten.
std::span<const SealedColumn> sealed_columns();

// One value and its place (crypto::Place). The place's table is the column's.
struct SealedValueRow {
  std::string key = {};     // of the row, in the database
  std::string second = {};  // the second part of that; empty: it has none
  Uuid row = {};
  Uuid scope = {};
  std::string place_column = {};
  std::int64_t generation = 0;
  std::string destination = {};
  std::string sealed = {};
};

// Where a walk over a column is.
struct SealedCursor {
  std::string key = {};
  std::string second = {};
};

// Errors of all: as Snapshot::query() and Transaction::execute().

// The next values of `column` that were sealed with the data key `key_id`; fewer than `limit`: the
// end of the column.
Result<std::vector<SealedValueRow>> values_sealed_with(Snapshot& snapshot,
                                                       const SealedColumn& column,
                                                       const Uuid& key_id,
                                                       const SealedCursor& behind,
                                                       std::int64_t limit);
// How many there are, in this column.
Result<std::int64_t> count_sealed_with(Snapshot& snapshot, const SealedColumn& column,
                                       const Uuid& key_id);
// Stores the same value, sealed anew. False: it is not the value that was read any more.
Result<bool> put_resealed(Transaction& tx, const SealedColumn& column, const SealedValueRow& row,
                          std::string_view resealed);

}  // namespace strongroom::storage
