#include "vault/secret_resealing.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "storage/secret_rows.h"
#include "vault/secret_changes.h"
#include "vault/secret_record.h"

namespace strongroom::vault {
namespace {

using storage::SecretValueRow;
using storage::Snapshot;
using storage::Transaction;

constexpr std::size_t kBatch = 100;  // values in one transaction

struct Resealed {
  SecretValueRow row;
  std::string before;  // how it was sealed
};

// What was sealed with `old`.
Result<std::vector<SecretValueRow>> sealed_with(Context& context, const crypto::KeyId& old) {
  using Rows = std::vector<SecretValueRow>;
  return storage::read<Rows>(context.store, [&](Snapshot& snapshot) -> Result<Rows> {
    Rows rows;
    STRONGROOM_CHECK(
        storage::for_each_secret_value(snapshot, [&](const SecretValueRow& row) -> Status {
          if (crypto::Sealer::key_of(row.sealed_value) == old) rows.push_back(row);
          return {};
        }));
    return rows;
  });
}

// Errors: kCorrupt, it is not believed or does not open; as crypto::Sealer::seal().
Result<Resealed> reseal(Context& context, const SecretValueRow& row) {
  STRONGROOM_CHECK(check_mac(context.sealer, row));
  using Found = std::optional<storage::SecretRow>;
  STRONGROOM_TRY(const Found secret, storage::read<Found>(context.store, [&](Snapshot& snapshot) {
                   return storage::find_secret(snapshot, row.secret_id);
                 }));
  if (!secret) return Error{Code::kCorrupt, "A value's secret is gone."};
  Resealed resealed{row, row.sealed_value};
  const crypto::Place place =
      secret_value_place(row.id, ProjectId{secret->project_id}, row.generation);
  STRONGROOM_TRY(resealed.row.sealed_value, context.sealer.reseal(place, row.sealed_value));
  STRONGROOM_TRY(resealed.row.mac, mac_of(context.sealer, resealed.row));
  return resealed;
}

// Stored only where it is the value that was read.
Status store_one(Context& context, SecretIndex& index, Transaction& tx, const Resealed& resealed) {
  STRONGROOM_TRY(const bool stored,
                 storage::reseal_secret_value(tx, resealed.row, resealed.before));
  if (!stored) return {};
  STRONGROOM_TRY(const auto secret, storage::find_secret(tx, resealed.row.secret_id));
  if (!secret || secret->stamps.deleted_at) return {};
  const Status put = put_secret_on_commit(context, index, tx, *secret);
  if (put || put.error().code == Code::kCorrupt) return {};  // nobody gets what is not believed
  return put;
}

Status store(Context& context, SecretIndex& index, std::span<const Resealed> batch) {
  return context.store.write([&](Transaction& tx) -> Status {
    for (const Resealed& each : batch) {
      STRONGROOM_CHECK(store_one(context, index, tx, each));
    }
    return {};
  });
}

}  // namespace

Status reseal_secret_values(Context& context, SecretIndex& index, const crypto::KeyId& old) {
  STRONGROOM_TRY(const auto rows, sealed_with(context, old));
  std::vector<Resealed> batch;
  for (const SecretValueRow& row : rows) {
    auto resealed = reseal(context, row);
    if (!resealed && resealed.error().code != Code::kCorrupt) return std::move(resealed).error();
    if (!resealed) {
      context.log.failed("A value does not open; its encryption key is kept.", resealed.error(),
                         {{"row", row.id}});
      continue;
    }
    batch.push_back(*std::move(resealed));
    if (batch.size() < kBatch) continue;
    STRONGROOM_CHECK(store(context, index, batch));
    batch.clear();
  }
  return batch.empty() ? Status() : store(context, index, batch);
}

}  // namespace strongroom::vault
