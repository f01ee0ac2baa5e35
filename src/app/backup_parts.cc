#include "app/backup_parts.h"

#include <utility>

#include "app/root_key.h"
#include "app/vault_keys.h"

namespace strongroom::app {

BackupParts::BackupParts(const Config& config, std::string credentials_directory,
                         const DataDirectory& directory)
    : surroundings_{
          .clock = clock_,
          .random = random_,
          .log = log_,
          .program = STRONGROOM_VERSION,
          .root_key = [this, &config, &directory, credentials = std::move(credentials_directory)]()
              -> Result<crypto::RootKey> {
            STRONGROOM_TRY(auto found, find_root_keys(config, directory, credentials, random_));
            return std::move(found.front().root);  // after a rotation the one that comes next
          },
          .load_keys =
              [this](storage::Store& store, crypto::KeyRing& keys) {
                return load_keys(store, keys, clock_, random_, log_);
              }} {}

}  // namespace strongroom::app
