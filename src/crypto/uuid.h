#pragma once
// Making ids.

#include "base/clock.h"
#include "base/uuid.h"
#include "crypto/random.h"

namespace strongroom::crypto {

// A version 7 UUID (RFC 9562 section 5.7): 48 bits of milliseconds, 74 random bits. Sorts by time.
Uuid make_uuid(WallTime now, Random& random);

template <class IdType>
IdType make_id(WallTime now, Random& random) {
  return IdType{make_uuid(now, random)};
}

}  // namespace strongroom::crypto
