#include "backup/other_root_key.h"

#include <memory>
#include <utility>
#include <vector>

#include "storage/data_key_rows.h"
#include "storage/sqlite_store.h"

namespace strongroom::backup {
namespace {

using storage::DataKeyRow;

// One that was wrapped twice, in the middle of a rotation, opens by either root key.
Result<std::string> rewrapped(const crypto::KeyRing& former, const crypto::KeyRing& own,
                              const DataKeyRow& row) {
  crypto::WrappedKey key{crypto::KeyId{row.id}, row.scope, row.wrapped, row.seals_reserved};
  auto by_own = former.rewrap(key, own);
  if (by_own || row.wrapped_before.empty()) return by_own;
  key.wrapped = row.wrapped_before;
  return former.rewrap(key, own);
}

Error wrong_root_key(const Error& why) {
  return Error{Code::kCorrupt,
               "The root key that was given is not the one of the server that made the backup.",
               why.detail};
}

}  // namespace

Status rewrap_data_keys(const std::string& path, crypto::RootKey former, crypto::RootKey own,
                        const Surroundings& surroundings) {
  const crypto::KeyRing former_ring(std::move(former), surroundings.random);
  const crypto::KeyRing own_ring(std::move(own), surroundings.random);
  if (former_ring.root_id() == own_ring.root_id()) return {};
  STRONGROOM_TRY(const std::unique_ptr<storage::Store> store,
                 storage::open_sqlite({.path = path}, storage::state_schema(), surroundings.log));
  return store->write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_TRY(const std::vector<DataKeyRow> rows, storage::all_data_keys(tx));
    for (const DataKeyRow& row : rows) {
      const auto wrapped = rewrapped(former_ring, own_ring, row);
      if (!wrapped) return wrong_root_key(wrapped.error());
      STRONGROOM_CHECK(storage::rewrap_data_key(tx, row.id, *wrapped, {}));
    }
    return storage::put_root_key(tx, {.root_id = own_ring.root_id()});
  });
}

}  // namespace strongroom::backup
