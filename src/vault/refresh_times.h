#pragma once
// When a token is renewed ahead of its end, and when it is tried again after a failure. Pure
// functions: what is stored is the moments that they lead to (storage/refresh_due_rows.h).

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "vault/token_key.h"

namespace strongroom::vault {

// By how much ahead; section [refresh] of the configuration.
struct RefreshSettings {
  Milliseconds margin{300'000};  // at least this long before the end ...
  int share_percent = 10;        // ... and at least this share of the lifetime
  // What a token is taken to live for where nobody says it: for nothing but this. Zero: such tokens
  // are not renewed ahead.
  Milliseconds assumed_lifetime{3'600'000};
  // However short a token's life: what is renewed ahead is so at most this often, so that a
  // provider that says one second fills neither the disk nor the audit trail. Whoever asks for one
  // that is over has it renewed at once.
  Milliseconds least_interval{60'000};
};

// How long before its end a token of `lifetime` is due at the latest: the greater of the margin (of
// short-lived ones, a third of their life) and the share; never before half of its life is over.
Milliseconds ahead_of_end(Milliseconds lifetime, const RefreshSettings& settings);

// Which part of a window belongs to this token, of 65536: the same each time it is asked, and
// another for each client, resource and generation, so that what became due together spreads.
std::uint16_t refresh_spread(const TokenKey& key, std::int64_t generation);

// How a token lives now, by the clock that says less.
struct TokenLife {
  std::optional<Milliseconds> lifetime;  // as granted; nullopt: not known
  std::optional<Milliseconds> left;      // nullopt: not known
  Milliseconds age{0};
};

// How long it is until the token is due; zero or less: it is. It is spread over a tenth of the
// lifetime before ahead_of_end(), but not before half of it. `keep_alive`: however long the access
// token lives, its refresh token is used once in this time. nullopt: it never is due.
std::optional<Milliseconds> until_refresh(const TokenLife& life, const RefreshSettings& settings,
                                          std::optional<Milliseconds> keep_alive,
                                          std::uint16_t spread);

// How long to wait after a failure: for `pause`, which is asked for, and up to as long again by
// `chance` (of 255), so that what failed together does not come back together. Not past the end of
// a token that has `left` to live, where the pause allows that; the longer it has been dead (`left`
// is negative), the longer, up to an hour.
Milliseconds wait_after_failure(Milliseconds pause, std::optional<Milliseconds> left,
                                std::uint8_t chance);

// Whether a robot used it so lately that it is renewed ahead though it can be retrieved whenever
// somebody asks: within its lifetime, or a day where that is longer.
bool is_used_lately(std::optional<WallTime> last_used, std::optional<Milliseconds> lifetime,
                    WallTime now);

}  // namespace strongroom::vault
