#pragma once
// Under which circumstances a robot key is good: what somebody who made it wished.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/result.h"
#include "oauth/address_ranges.h"
#include "vault/time_zone.h"
#include "vault/types.h"

namespace strongroom::vault {

// Days of the week in the order of ISO 8601, as people name them to the API.
inline constexpr std::array<std::string_view, 7> kDayNames = {"mon", "tue", "wed", "thu",
                                                              "fri", "sat", "sun"};

// From a time of the day up to another, on some days. One that ends before it begins goes on after
// midnight and belongs to the day on which it began.
struct TimeWindow {
  std::vector<std::string> days;  // of kDayNames; empty: every day
  std::string from;               // "08:00"
  std::string to;                 // "18:00", not included; "24:00": the day's end
  std::string zone;               // as TimeZone::find() takes it
};

// Everything that is given must hold. Empty: no restriction.
struct KeyRestrictions {
  std::vector<std::string> addresses;  // ranges: "10.1.0.0/16", "2001:db8::7"
  std::optional<TimeWindow> times;
  std::optional<std::int64_t> max_uses;      // hand-outs, counted for good
  std::vector<OAuthClientId> oauth_clients;  // no other can be looked up

  bool empty() const { return addresses.empty() && !times && !max_uses && oauth_clients.empty(); }
};

// The JSON object that the API and the database have of them; the database has "" for none.
std::string to_json(const KeyRestrictions& restrictions);
// Errors: kCorrupt.
Result<KeyRestrictions> key_restrictions_from_json(std::string_view json);

// What is asked of every look-up with the key. Immutable, so threads may share it.
class KeyTerms {
 public:
  // Errors: kInvalidArgument at the member, from "/restrictions" on.
  static Result<std::shared_ptr<const KeyTerms>> make(const KeyRestrictions& restrictions);
  // Terms that nothing fits: of restrictions that cannot be understood (any more).
  static std::shared_ptr<const KeyTerms> never();

  // Whether a look-up of `client` that came from `peer` at `now` fits. Uses are counted elsewhere.
  bool permit(std::string_view peer, OAuthClientId client, WallTime now) const;
  std::optional<std::int64_t> max_uses() const { return max_uses_; }

 private:
  struct Window {
    std::uint8_t days = 0;  // bit 0: Monday
    int from = 0;           // minutes since midnight
    int to = 0;
    TimeZone zone;
    bool contains(WallTime now) const;
  };
  static Result<Window> make_window(const TimeWindow& times);

  bool never_ = false;
  std::optional<oauth::AddressRanges> addresses_;
  std::optional<Window> window_;
  std::optional<std::int64_t> max_uses_;
  std::vector<OAuthClientId> clients_;
};

// How a key was used. One for each key, as long as the process runs. Safe to use from any thread.
class KeyUses {
 public:
  explicit KeyUses(std::int64_t counted) : counted_(counted) {}

  // Takes one of `most` uses; false: none is left. Whoever then gets nothing gives it back.
  bool take(std::int64_t most);
  void give_back() { counted_.fetch_sub(1, std::memory_order_relaxed); }
  std::int64_t counted() const { return counted_.load(std::memory_order_relaxed); }

  struct Last {
    WallTime at{};
    std::string from;  // network address
  };
  // The key was shown, whatever came of it.
  void note(WallTime at, std::string_view from);
  // Since the process started; nullopt: not shown.
  std::optional<Last> last();
  // The same, once for each that was noted.
  std::optional<Last> take_last_to_write();
  // It could not be written: it is to be taken again.
  void give_last_back();

 private:
  struct Shown {
    std::optional<Last> last;
    bool is_written = true;
  };
  std::atomic<std::int64_t> counted_;
  Guarded<Shown> shown_;
};

}  // namespace strongroom::vault
