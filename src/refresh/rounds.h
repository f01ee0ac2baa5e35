#pragma once
// One round after another: what is due is taken from the vault and renewed, as much at a time as is
// allowed, and shared out among projects and target systems. Without a thread, so that a test can
// say when.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/log.h"
#include "vault/due_refreshes.h"
#include "vault/retrievals.h"

namespace strongroom::refresh {

enum class Outcome : std::uint8_t { kRenewed, kFailed, kNeedsSignIn };

struct Counters {
  // By service provider, as the catalogue calls it, and outcome.
  std::map<std::pair<std::string, Outcome>, std::uint64_t> ended;
  std::uint64_t late = 0;  // tokens that had died before they were renewed, or could not be
  // How many tokens were renewed with up to kLifeSteps[i] of their life left, and not fewer than
  // the step before; the last number is for those that had more.
  static constexpr std::array<Seconds, 8> kLifeSteps = {
      Seconds(0),   Seconds(10),   Seconds(60),    Seconds(300),
      Seconds(900), Seconds(3600), Seconds(21600), Seconds(86400)};
  std::array<std::uint64_t, kLifeSteps.size() + 1> life_left = {};
  Milliseconds life_left_sum{0};
};

// Safe to use from any thread, but round() from one at a time. What it started ends before it does:
// Retrievals::drain() comes first.
class Rounds {
 public:
  struct Parts {
    vault::DueRefreshes& due;
    vault::Retrievals& retrievals;
    const Clock& clock;
    Log& log;
    // Renewals under way: of one target system three quarters of them, and of one project three
    // quarters of what the other projects leave. So there is room for whoever comes, and those who
    // always have something due come to have as much as each other.
    std::size_t at_once = 32;
    std::function<void()> landed = {};  // one ended: there is room for another
  };
  explicit Rounds(Parts parts);

  // Starts what is due, or a part of it where that is very much. Answers for how long there is
  // nothing to do, unless one ends, or becomes due earlier.
  Milliseconds round();

  std::size_t in_flight();
  Counters counters();

 private:
  using Refresh = std::shared_ptr<const vault::DueRefresh>;
  struct Owners {
    Uuid target_system;
    Uuid project;
  };
  using UnderWay = std::unordered_map<vault::TokenKey, Owners, vault::TokenKeyHash>;
  struct State {
    UnderWay under_way;
    BootTime rests_until{};
    // Target systems that refuse all of their clients, before anything is sent, and until when they
    // are left alone.
    std::map<Uuid, BootTime> resting;
    // To find nothing behind what is busy takes a walk through all of that; not again before.
    BootTime quiet_until{};
    Counters counters;
  };
  struct Room {
    std::size_t free = 0;
    std::size_t taken = 0;
    std::map<Uuid, std::size_t> of_system;  // how many are under way
    std::map<Uuid, std::size_t> of_project;
    storage::BusyRefreshes busy;  // who has its share
    vault::DueRefreshes::Keys under_way;
  };

  bool put_some_right();
  void watch_the_clocks();
  bool waits_for_more_room();
  Room room();
  bool has_its_share(const Room& room, const Uuid& project) const;
  Milliseconds nap(std::optional<WallTime> next);
  Milliseconds until_quiet_is_over();
  void start_some(std::vector<vault::DueRefresh> due, Room& room);
  void rest(const Uuid& target_system, const Error& why);
  bool is_resting(const Uuid& target_system);
  void leave(const vault::DueRefresh& refresh);
  void start(vault::DueRefresh due);
  void ended(const Refresh& refresh, const vault::RetrievalResult& result);
  void count(const vault::DueRefresh& refresh, const vault::RetrievalResult& result);

  const Parts parts_;
  const std::size_t at_once_of_one_;
  Milliseconds between_clocks_;  // how far the calendar is from boot time
  // After which client times are put right next; nullopt: all are.
  std::optional<Uuid> put_right_after_ = Uuid{};
  std::optional<BootTime> looked_at_;  // when what is due was asked last
  Guarded<State> state_;
};

}  // namespace strongroom::refresh
