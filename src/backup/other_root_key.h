#pragma once
// A backup of a server with another root key.

#include <string>

#include "backup/surroundings.h"
#include "base/result.h"
#include "crypto/key_ring.h"

namespace strongroom::backup {

// Wraps the data keys in the state database at `path` by `own` instead of by `former`. Nothing
// happens if they are the same. Errors: kCorrupt, "former" does not open them; as open_sqlite().
Status rewrap_data_keys(const std::string& path, const crypto::RootKey& former,
                        const crypto::RootKey& own, const Surroundings& surroundings);

}  // namespace strongroom::backup
