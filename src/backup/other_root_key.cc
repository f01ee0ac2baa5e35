#include "backup/other_root_key.h"

#include <memory>

#include "storage/sqlite_store.h"
#include "vault/root_keys.h"

namespace strongroom::backup {

Status rewrap_data_keys(const std::string& path, const crypto::RootKey& former,
                        const crypto::RootKey& own, const Surroundings& surroundings) {
  const bool is_same = crypto::KeyRing(former.clone(), surroundings.random).root_id() ==
                       crypto::KeyRing(own.clone(), surroundings.random).root_id();
  if (is_same) return {};
  STRONGROOM_TRY(const std::unique_ptr<storage::Store> store,
                 storage::open_sqlite({.path = path}, storage::state_schema(), surroundings.log));
  Status taken = vault::take_over_data_keys(*store, former, own, surroundings.random);
  if (taken || taken.error().code != Code::kCorrupt) return taken;
  return Error{Code::kCorrupt,
               "The root key that was given is not the one of the server that made the backup.",
               taken.error().detail};
}

}  // namespace strongroom::backup
