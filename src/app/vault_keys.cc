#include "app/vault_keys.h"

#include <algorithm>
#include <vector>

#include "crypto/uuid.h"
#include "storage/data_key_rows.h"
#include "vault/root_keys.h"

namespace strongroom::app {
namespace {

using storage::DataKeyRow;

Status store_key(storage::Store& store, crypto::KeyRing& keys, const crypto::WrappedKey& made,
                 WallTime now) {
  const DataKeyRow row{.id = made.id.uuid,
                       .scope = made.scope,
                       .wrapped = made.wrapped,
                       .seals_reserved = made.seals_reserved,
                       .created_at = now,
                       .wrapped_before = made.wrapped_before};
  STRONGROOM_CHECK(
      store.write([&](storage::Transaction& tx) { return storage::insert_data_key(tx, row); }));
  return keys.install(made);
}

bool has_key_of(const std::vector<DataKeyRow>& rows, const crypto::KeyScope& scope) {
  return std::ranges::any_of(rows, [&](const DataKeyRow& row) { return row.scope == scope; });
}

// Those that the server itself has: made at its first start, and the one for MACs at the first of a
// version that has it.
Status make_server_keys(storage::Store& store, crypto::KeyRing& keys, const Clock& clock,
                        crypto::Random& random) {
  STRONGROOM_TRY(const std::vector<DataKeyRow> rows,
                 storage::read<std::vector<DataKeyRow>>(store, storage::all_data_keys));
  const WallTime now = clock.now();
  if (!has_key_of(rows, crypto::KeyScope{})) {
    STRONGROOM_TRY(const crypto::WrappedKey made,
                   keys.make(crypto::make_id<crypto::KeyId>(now, random), crypto::KeyScope{}));
    STRONGROOM_CHECK(store_key(store, keys, made, now));
  }
  if (has_key_of(rows, crypto::kMacScope)) return {};
  STRONGROOM_TRY(const crypto::WrappedKey made,
                 keys.make_mac_key(crypto::make_id<crypto::KeyId>(now, random)));
  return store_key(store, keys, made, now);
}

}  // namespace

Status load_keys(storage::Store& store, crypto::KeyRing& keys, const Clock& clock,
                 crypto::Random& random, Log& log) {
  keys.set_reserve([&store](crypto::KeyId id, std::int64_t seals_reserved) {
    return store.write([&](storage::Transaction& tx) {
      return storage::reserve_seals(tx, id.uuid, seals_reserved);
    });
  });
  STRONGROOM_CHECK(vault::open_data_keys(store, keys, random, log));
  STRONGROOM_CHECK(make_server_keys(store, keys, clock, random));
  return keys.reserve_ahead();
}

}  // namespace strongroom::app
