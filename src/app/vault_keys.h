#pragma once
// Puts the stored data keys to use, and keeps their counters of seals durable.

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "crypto/key_ring.h"
#include "crypto/random.h"
#include "storage/store.h"

namespace strongroom::app {

// Installs every stored key (vault/root_keys.h), makes the server's own at the first start, and
// reserves seals. The ring writes its reservations to `store` from here on; both must outlive that.
//
// Errors: kCorrupt, the keys do not open: this is not the root key that the data was made with.
Status load_keys(storage::Store& store, crypto::KeyRing& keys, const Clock& clock,
                 crypto::Random& random, Log& log);

}  // namespace strongroom::app
