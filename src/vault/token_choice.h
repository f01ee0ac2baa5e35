#pragma once
// Whether the token that is there serves whoever asks, or another one has to be retrieved.

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "vault/lookup_entries.h"

namespace strongroom::vault {

struct TokenWish {
  std::optional<Seconds> min_ttl;  // at least this much life left
  bool was_retrieved = false;      // the second time round, with the outcome of a retrieval
  bool for_request = false;        // what leaves are the headers of a request, not the token
};

struct TokenChoice {
  enum class What : std::uint8_t { kServe, kRetrieve, kRefuse };
  What what = What::kServe;
  std::optional<Error> why_not = {};  // of kRefuse: as Lookups::ask()
};

// `token`: what there is of the client; null: nothing. `system`: the client's. A pure function of
// these and of what time it is.
TokenChoice choose_token(const Clock& clock, const TokenEntry* token,
                         const TargetSystemEntry& system, const TokenWish& wish);

// Whether it has not expired, as far as anybody knows.
bool lives(const Clock& clock, const TokenEntry& token);

}  // namespace strongroom::vault
