#include "app/vault_keys.h"

#include <algorithm>
#include <vector>

#include "crypto/uuid.h"
#include "storage/data_key_rows.h"

namespace strongroom::app {
namespace {

using storage::DataKeyRow;

Status install(crypto::KeyRing& keys, const DataKeyRow& row) {
  const Status installed =
      keys.install({crypto::KeyId{row.id}, row.scope, row.wrapped, row.seals_reserved});
  if (installed || installed.error().code != Code::kCorrupt) return installed;
  return Error{Code::kCorrupt,
               "The stored keys do not open: this is not the root key that the data was made with.",
               installed.error().detail};
}

Status make_server_key(storage::Store& store, crypto::KeyRing& keys, const Clock& clock,
                       crypto::Random& random) {
  constexpr crypto::KeyScope kServer{};
  const WallTime now = clock.now();
  STRONGROOM_TRY(const crypto::WrappedKey made,
                 keys.make(crypto::make_id<crypto::KeyId>(now, random), kServer));
  const DataKeyRow row{made.id.uuid, made.scope, made.wrapped, made.seals_reserved, now};
  STRONGROOM_CHECK(
      store.write([&](storage::Transaction& tx) { return storage::insert_data_key(tx, row); }));
  return keys.install(made);
}

}  // namespace

Status load_keys(storage::Store& store, crypto::KeyRing& keys, const Clock& clock,
                 crypto::Random& random) {
  keys.set_reserve([&store](crypto::KeyId id, std::int64_t seals_reserved) {
    return store.write([&](storage::Transaction& tx) {
      return storage::reserve_seals(tx, id.uuid, seals_reserved);
    });
  });
  STRONGROOM_TRY(const std::vector<DataKeyRow> rows,
                 storage::read<std::vector<DataKeyRow>>(store, storage::all_data_keys));
  for (const DataKeyRow& row : rows) STRONGROOM_CHECK(install(keys, row));
  if (std::ranges::none_of(rows, [](const DataKeyRow& row) { return row.scope.is_nil(); })) {
    STRONGROOM_CHECK(make_server_key(store, keys, clock, random));
  }
  return keys.reserve_ahead();
}

}  // namespace strongroom::app
