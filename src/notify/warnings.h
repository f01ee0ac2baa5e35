#pragma once
// Warns of clients that stop working by themselves: 90, 60, 30, 15, 7 days and one day ahead, all
// of one owner in one list.

#include <cstdint>
#include <map>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "notify/outbox.h"
#include "vault/context.h"
#include "vault/forecast.h"

namespace strongroom::notify {

// Used by one thread; blocks.
class Warnings {
 public:
  // All must outlive it.
  Warnings(vault::Context& context, vault::Forecasts& forecasts, Outbox& outbox)
      : context_(context), forecasts_(forecasts), outbox_(outbox) {}

  // Tells of each end that has come within another of vault::kWarningDays since people were told of
  // it last; at most of the soonest Forecasts::kReach. An end that has moved away meanwhile is told
  // of anew when it comes near again. Errors: as Forecasts::list(); of the store.
  Status announce();

 private:
  Result<std::vector<vault::ForecastEntry>> soon(WallTime now);

  vault::Context& context_;
  vault::Forecasts& forecasts_;
  Outbox& outbox_;
};

}  // namespace strongroom::notify
