#pragma once
// What everything in this room stands on.

#include <mutex>

#include "audit/trail.h"
#include "base/clock.h"
#include "base/log.h"
#include "crypto/random.h"
#include "crypto/sealer.h"
#include "storage/store.h"

namespace strongroom::identity {

// All of it outlives whoever is given it.
struct Context {
  storage::Store& store;
  audit::Trail& trail;
  const crypto::Sealer& sealer;
  crypto::Random& random;
  const Clock& clock;
  Log& log;
  std::mutex& changes;  // see Exclusive (identity/change.h)
};

}  // namespace strongroom::identity
