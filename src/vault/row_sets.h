#pragma once
// Which rows there are. A row's own MAC says that it was made here, but not that it still counts:
// an old row, from before a key was revoked or a rule taken back, has a right MAC too. So for each
// table with MACs there is a digest of the set of them, and over all digests one MAC.
//
// The digest is the sum, modulo 2^256, of HMAC(key, table, row's MAC) over the rows: it is brought
// up to date without reading the others, and nobody without the key finds another set with the same
// sum. Not protected is a whole older state, rows and digests together; and a row that is put back
// while the server runs, and read again because of a change, counts until the next start
// (SECURITY.md).

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "crypto/digest.h"
#include "crypto/sealer.h"
#include "storage/mac_watch.h"
#include "storage/row_set_rows.h"
#include "storage/store.h"

namespace strongroom::vault {

// Made before the store, which tells it of every change; opened when there are keys.
class RowSets {
 public:
  // For storage::SqliteOptions. This must outlive the store.
  storage::MacObserver observer() {
    return [this](storage::Transaction& tx, std::span<const storage::MacChange> changes) {
      return follow(tx, changes);
    };
  }

  // Compares the rows that there are with those that there should be, each table from its first row
  // to its last. Nothing with a MAC can be changed before. `sealer` must outlive the store.
  //
  // Errors: kCorrupt, rows were put back, added or taken away by somebody else; the detail names
  // the table.
  Status open(storage::Store& store, const crypto::Sealer& sealer);

  // The comparison alone. Errors: as open().
  Status check(storage::Store& store) const;

 private:
  using Sum = crypto::Sha256Digest;  // most significant byte first
  using Sums = std::array<Sum, storage::kMacTables.size()>;

  Status follow(storage::Transaction& tx, std::span<const storage::MacChange> changes);
  Result<Sum> addend(std::size_t table, std::string_view mac) const;
  Result<Sums> count(storage::Snapshot& snapshot) const;
  Status compare(storage::Snapshot& snapshot, std::int64_t& generation) const;
  // Tables that came later than the row have the digest of an empty one.
  Result<Sums> read(const storage::RowSetsRow& row) const;
  // Of the first tables of kMacTables, as many as there are `sums`.
  Result<storage::RowSetsRow> to_row(std::int64_t generation, std::span<const Sum> sums) const;

  const crypto::Sealer* sealer_ = nullptr;
  std::atomic<std::int64_t> generation_{0};  // of what was committed last
};

}  // namespace strongroom::vault
