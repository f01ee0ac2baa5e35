#pragma once
// Which root key this server uses.

#include <string>

#include "app/config.h"
#include "app/data_directory.h"
#include "crypto/key_ring.h"
#include "crypto/random.h"

namespace strongroom::app {

// From keys.root_key_file, else from `credentials_directory`/root-key, else, in the development
// profile, from the data directory, where it is made if the directory is new. A production root key
// inside the data directory is refused: whoever has the one would have the other.
//
// Errors:
//   kNotFound         no root key is configured, or the one that the data was made with is missing
//   kInvalidArgument  it is not one, is readable by others, or lies inside the data directory
Result<crypto::RootKey> find_root_key(const Config& config, const DataDirectory& directory,
                                      const std::string& credentials_directory,
                                      crypto::Random& random);

// Where find_root_key() finds it: "file", "systemd_credential" or "development_file".
std::string root_key_source(const Config& config, const std::string& credentials_directory);

}  // namespace strongroom::app
