#pragma once
// What backup is given by whoever builds it.

#include <functional>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "crypto/key_ring.h"
#include "crypto/random.h"
#include "storage/store.h"

namespace strongroom::backup {

// All of it outlives whoever is given it.
struct Surroundings {
  const Clock& clock;
  crypto::Random& random;
  Log& log;
  std::string program;  // the version of this program
  // The root key of this server. Errors: as of who finds it.
  std::function<Result<crypto::RootKey>()> root_key;
  // Puts the stored data keys to use.
  std::function<Status(storage::Store&, crypto::KeyRing&)> load_keys;
};

}  // namespace strongroom::backup
