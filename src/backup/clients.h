#pragma once
// OAuth clients of a restored state: which refresh tokens are current, and which boxes are ticked.

#include <cstdint>
#include <string_view>

#include "backup/newer_trail.h"
#include "backup/open_data.h"
#include "backup/report.h"
#include "base/clock.h"
#include "base/result.h"
#include "crypto/random.h"

namespace strongroom::backup {

// What becomes of "Allow access for Basic Engine Robots".
enum class BasicEngineAccess : std::uint8_t {
  kRestored,  // on, for clients that restored Basic Engine Robots take as input
  kAsSaved,
  kOff,  // for every client
};

// For each client with a refresh token: where `before`, the state that the server had before the
// restore, knows it, all that `before` has of its tokens is taken over, and nothing is in doubt.
// Any other is quarantined. One that exchanges another's token, here or there, keeps none: it is
// got again. `before` may be nullptr. Errors: as of the store; of sealing.
Status settle_refresh_tokens(OpenData& data, OpenData* before, const Newer& newer,
                             crypto::Random& random, WallTime now, RestoreReport& report);

// Ticks the boxes, or takes the ticks away. Whatever `access` is, a box that somebody unticked
// after the backup was made, as `newer` knows, is not ticked. Errors: kCorrupt, a client is not
// what was stored; as of the store.
Status set_basic_engine_access(OpenData& data, BasicEngineAccess access, const Newer& newer,
                               crypto::Random& random, WallTime now, RestoreReport& report);

}  // namespace strongroom::backup
