#include "crypto/uuid.h"

#include <algorithm>
#include <cstdint>

namespace strongroom::crypto {

Uuid make_uuid(WallTime now, Random& random) {
  Uuid uuid;
  random.fill(std::span(uuid.bytes).subspan(6));
  auto millis =
      static_cast<std::uint64_t>(std::max(now.time_since_epoch(), Milliseconds(0)).count());
  for (std::size_t i = 6; i-- > 0; millis >>= 8) uuid.bytes[i] = static_cast<std::byte>(millis);
  uuid.bytes[6] = (uuid.bytes[6] & std::byte{0x0f}) | std::byte{0x70};  // version 7
  uuid.bytes[8] = (uuid.bytes[8] & std::byte{0x3f}) | std::byte{0x80};  // the variant of RFC 9562
  return uuid;
}

}  // namespace strongroom::crypto
