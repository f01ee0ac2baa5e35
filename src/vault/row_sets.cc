#include "vault/row_sets.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "crypto/equal.h"
#include "vault/row_mac.h"

namespace strongroom::vault {
namespace {

using storage::kMacTables;
using storage::MacChange;
using storage::RowSetsRow;
using storage::Snapshot;
using storage::Transaction;

constexpr std::string_view kMemberPurpose = "row_sets.member";
constexpr std::string_view kWholePurpose = "row_sets";

Error not_ours(const std::string& detail) {
  return Error{Code::kCorrupt,
               "Rows of the database were put back, added or taken away by somebody else. Find out "
               "who could write to it, and restore the data directory from a backup.",
               detail};
}

std::string_view as_text(const crypto::Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

void add(crypto::Sha256Digest& sum, const crypto::Sha256Digest& addend) {
  unsigned carry = 0;
  for (std::size_t i = sum.size(); i-- > 0;) {
    carry += static_cast<unsigned>(sum[i]) + static_cast<unsigned>(addend[i]);
    sum[i] = static_cast<crypto::Sha256Digest::value_type>(carry & 0xffU);
    carry >>= 8U;
  }
}

// The number that gives zero together with `number`.
crypto::Sha256Digest negative(crypto::Sha256Digest number) {
  for (auto& byte : number) {
    byte = static_cast<crypto::Sha256Digest::value_type>(~static_cast<unsigned>(byte) & 0xffU);
  }
  crypto::Sha256Digest one{};
  one.back() = static_cast<crypto::Sha256Digest::value_type>(1);
  add(number, one);
  return number;
}

}  // namespace

Status RowSets::open(storage::Store& store, const crypto::Sealer& sealer) {
  sealer_ = &sealer;
  std::int64_t generation = 0;
  STRONGROOM_CHECK(store.read([&](Snapshot& snapshot) { return compare(snapshot, generation); }));
  generation_ = generation;
  if (generation > 0) return {};
  return store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const RowSetsRow row, to_row(1, Sums{}));
    return storage::put_row_sets(tx, row);
  });
}

Status RowSets::check(storage::Store& store) const {
  std::int64_t generation = 0;
  return store.read([&](Snapshot& snapshot) { return compare(snapshot, generation); });
}

// `generation`: 0 if nothing was ever stored. A database without the row but with others is not
// new.
Status RowSets::compare(Snapshot& snapshot, std::int64_t& generation) const {
  STRONGROOM_TRY(const auto row, storage::find_row_sets(snapshot));
  Sums wanted{};
  if (row) {
    STRONGROOM_TRY(wanted, read(*row));
  }
  STRONGROOM_TRY(const Sums counted, count(snapshot));
  generation = row ? row->generation : 0;
  for (std::size_t i = 0; i < kMacTables.size(); ++i) {
    if (!crypto::constant_time_equal(as_text(wanted[i]), as_text(counted[i]))) {
      return not_ours("table " + std::string(kMacTables[i]));
    }
  }
  return {};
}

Result<RowSets::Sums> RowSets::count(Snapshot& snapshot) const {
  Sums sums{};
  STRONGROOM_TRY(auto members, sealer_->mac_stream(kMemberPurpose));
  for (std::size_t i = 0; i < kMacTables.size(); ++i) {
    FieldText fields;
    STRONGROOM_CHECK(storage::for_each_mac(snapshot, i, [&](std::string_view mac) -> Status {
      fields.clear();
      fields.add(kMacTables[i]).add(mac);
      add(sums[i], members.mac(fields.text()));
      return {};
    }));
  }
  return sums;
}

// At the end of a transaction, on the writer's thread.
Status RowSets::follow(Transaction& tx, std::span<const MacChange> changes) {
  if (sealer_ == nullptr) {
    return Error{Code::kInternal, "A row was changed before the keys were there."};
  }
  STRONGROOM_TRY(const auto row, storage::find_row_sets(tx));
  if (!row || row->generation < generation_) return not_ours("table row_sets");
  STRONGROOM_TRY(Sums sums, read(*row));
  for (const MacChange& change : changes) {
    if (!change.before.empty()) {
      STRONGROOM_TRY(const Sum gone, addend(change.table, change.before));
      add(sums[change.table], negative(gone));
    }
    if (!change.after.empty()) {
      STRONGROOM_TRY(const Sum come, addend(change.table, change.after));
      add(sums[change.table], come);
    }
  }
  STRONGROOM_TRY(const RowSetsRow changed, to_row(row->generation + 1, sums));
  tx.on_commit([this, generation = changed.generation] { generation_ = generation; });
  return storage::put_row_sets(tx, changed);
}

Result<RowSets::Sum> RowSets::addend(std::size_t table, std::string_view mac) const {
  FieldText fields;
  fields.add(kMacTables[table]).add(mac);
  return sealer_->mac(kMemberPurpose, fields.text());
}

Result<RowSets::Sums> RowSets::read(const RowSetsRow& row) const {
  Sums sums{};
  if (row.digests.size() > sizeof(sums) || row.digests.size() % sizeof(Sum) != 0) {
    return not_ours("table row_sets");
  }
  std::memcpy(sums.data(), row.digests.data(), row.digests.size());
  const std::size_t tables = row.digests.size() / sizeof(Sum);
  STRONGROOM_TRY(const RowSetsRow genuine, to_row(row.generation, std::span(sums).first(tables)));
  if (!crypto::constant_time_equal(genuine.mac, row.mac)) return not_ours("table row_sets");
  return sums;
}

Result<RowSetsRow> RowSets::to_row(std::int64_t generation, std::span<const Sum> sums) const {
  RowSetsRow row{.generation = generation, .digests = {}, .mac = {}};
  for (const Sum& sum : sums) row.digests += as_text(sum);
  FieldText fields;
  fields.add(row.generation);
  for (std::size_t i = 0; i < sums.size(); ++i) fields.add(kMacTables[i]);
  fields.add(row.digests);
  STRONGROOM_TRY(const crypto::Sha256Digest mac, sealer_->mac(kWholePurpose, fields.text()));
  row.mac = as_text(mac);
  return row;
}

}  // namespace strongroom::vault
