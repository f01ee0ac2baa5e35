#pragma once
// Denials of one robot that are like one written a moment ago: counted, and written as one. Of all
// that robots ask for: tokens, secrets and launches.
//
// A robot with a wrong setting asks again and again. The first denial of its kind is an event at
// once; those of the next minute are counted in memory and become one event with their number. A
// stop writes what was counted; only a crash loses it, and never that there were denials.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "audit/event.h"
#include "base/clock.h"
#include "base/guarded.h"

namespace strongroom::vault {

// Safe to use from any thread.
class DenialCounts {
 public:
  static constexpr Milliseconds kWindow{60'000};
  // What one robot may ask for in a minute, for each reason, and have told apart; more is one kind.
  static constexpr int kToldApart = 16;
  static constexpr std::size_t kMostKinds = 20'000;  // at once; more are written one by one

  // False: `denied` was counted. True: it is the first of its kind, and the caller writes it.
  bool is_first(const audit::Event& denied, BootTime now);

  struct Counted {
    audit::Event event;  // without id and time; without what was not the same in all of them
    std::int64_t count = 0;
  };
  // Those whose minute is over, or, with `all`, all. Whoever cannot write one gives it back.
  std::vector<Counted> take(BootTime now, bool all);
  void give_back(const Counted& counted, BootTime now);

 private:
  struct Kind {
    BootTime began{};
    Counted counted;
  };
  struct State {
    std::map<std::string, Kind> kinds;
    std::map<std::string, int> told_apart;  // by robot and reason; forgotten with the last kind
  };
  static void add(Kind& kind, const audit::Event& denied, std::int64_t count);

  Guarded<State> state_;
};

}  // namespace strongroom::vault
