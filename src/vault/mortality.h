#pragma once
// When a client stops working by itself: its four clocks, and which of them is over first.
//
// An access token that can be renewed is no end: its clock is shown, and another one decides.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "catalogue/refresh_lifetimes.h"

namespace strongroom::vault {

// What is to be done is another thing for each: see docs/robots.md and the console.
enum class EndCause : std::uint8_t {
  kNoRefreshToken,   // the access token is over, and nothing renews it
  kRefreshIdle,      // nobody used the refresh token for too long; each use moves it
  kRefreshAbsolute,  // the refresh token is over, however often it was used
  kCredential,       // the target system's last secret, key or certificate is over
};
// "no_refresh_token", "refresh_token_idle", "refresh_token_absolute", "credential".
std::string_view to_text(EndCause cause);
// nullopt: none of those.
std::optional<EndCause> end_cause_from_text(std::string_view text);

// What is stored of one client, and of its target system.
struct MortalityFacts {
  struct Refresh {
    WallTime used_at{};                         // or issued, if it was not used since
    std::optional<WallTime> signed_in_at = {};  // nullopt: not known
    std::optional<WallTime> expires_at = {};    // as an answer stated it
    std::optional<WallTime> renewed_at = {};    // the next use, ahead of time; nullopt: none is due
  };
  bool for_person = false;  // somebody signed in for it
  std::optional<WallTime> token_expires_at = {};
  std::optional<Refresh> refresh = {};
  catalogue::RefreshLifetimes lifetimes = {};
  std::optional<WallTime> credential_ends_at = {};
};

struct Mortality {
  struct End {
    WallTime at{};
    EndCause cause = EndCause::kNoRefreshToken;
  };
  // The four clocks; nullopt: there is no such thing, or nobody knows when it is over.
  std::optional<WallTime> access_token = {};
  std::optional<WallTime> refresh_idle = {};
  std::optional<WallTime> refresh_absolute = {};
  std::optional<WallTime> credential = {};
  std::optional<End> end = {};  // the first that the client does not survive by itself
};
// A pure function. Of the grant alone it says what the view client_ends_now says in the store.
Mortality mortality_of(const MortalityFacts& facts);

// So many days before the end people are warned.
inline constexpr std::array<std::int64_t, 6> kWarningDays{1, 7, 15, 30, 60, 90};
// The warning that counts with so much left: the fewest of those days that it is within. What is
// over already is within the first. nullopt: none yet.
std::optional<std::int64_t> warning_days(Milliseconds left);

}  // namespace strongroom::vault
