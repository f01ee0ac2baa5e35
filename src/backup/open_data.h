#pragma once
// The databases of one directory, opened as a server opens them, without serving anybody.

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "audit/trail.h"
#include "backup/surroundings.h"
#include "base/result.h"
#include "crypto/key_ring.h"
#include "crypto/sealer.h"
#include "identity/context.h"
#include "storage/store.h"
#include "vault/row_sets.h"

namespace strongroom::backup {

// Members are built from top to bottom and destroyed from bottom to top. Used by one thread.
class OpenData {
 public:
  // Opens state.db in `directory`, brings it up to date, and checks which rows there are.
  // Errors: as storage::open_sqlite(); kCorrupt, the root key is another one, or rows were put
  // back, added or taken away.
  static Result<std::unique_ptr<OpenData>> open(const std::string& directory,
                                                const Surroundings& surroundings,
                                                crypto::RootKey root_key);
  OpenData(const OpenData&) = delete;
  OpenData& operator=(const OpenData&) = delete;

  // And audit.db, to be written. Errors: as audit::Trail::open().
  Status open_trail();
  void close_trail() { trail_.reset(); }

  storage::Store& store() { return *store_; }
  crypto::Sealer& sealer() { return *sealer_; }
  crypto::KeyRing& keys() { return *keys_; }
  audit::Trail& trail() { return *trail_; }
  // For identity's own sources. open_trail() comes first.
  identity::Context identity();

 private:
  OpenData(std::string directory, const Surroundings& surroundings)
      : directory_(std::move(directory)), surroundings_(surroundings) {}
  Status open_state(crypto::RootKey root_key);

  const std::string directory_;
  const Surroundings& surroundings_;
  vault::RowSets row_sets_;
  std::unique_ptr<storage::Store> store_;
  std::optional<crypto::KeyRing> keys_;
  std::optional<crypto::Sealer> sealer_;
  std::unique_ptr<audit::Trail> trail_;
  std::mutex people_changes_;
};

}  // namespace strongroom::backup
