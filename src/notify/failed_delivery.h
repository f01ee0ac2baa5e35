#pragma once
// What becomes of a delivery that was not taken: another try, or a dead letter.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "storage/store.h"
#include "vault/context.h"

namespace strongroom::notify {

// Since the start of the process.
struct DeliveryCounters {
  std::uint64_t taken = 0;
  std::uint64_t failed = 0;    // tries, each of which may be followed by another
  std::uint64_t given_up = 0;  // dead letters

  DeliveryCounters& operator+=(const DeliveryCounters& more) {
    taken += more.taken;
    failed += more.failed;
    given_up += more.given_up;
    return *this;
  }
};

struct DeliveryFailure {
  std::string what;  // in plain words, and nothing that the receiver wrote
  // Why there is no other try, for the trail: a literal; empty: there may be one.
  std::string_view final_reason = {};
  std::optional<Seconds> retry_after = {};  // as the receiver asks
  // Half of the longest wait, or a random number: what goes together is tried together.
  std::uint32_t chance = UINT32_MAX / 2;
};

// Writes down that the delivery with this id was not taken at `now`, as the row is by then:
// somebody may have asked for another try, or thrown it away, meanwhile. A dead letter is in the
// audit trail. Errors: as of the store.
Status note_failure(vault::Context& context, storage::Transaction& tx, const Uuid& id, WallTime now,
                    const DeliveryFailure& failure, DeliveryCounters& counted);

}  // namespace strongroom::notify
