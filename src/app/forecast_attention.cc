#include "app/forecast_attention.h"

#include <chrono>
#include <vector>

namespace strongroom::app {

api::AttentionSource forecast_attention(vault::Forecasts& forecasts, const Clock& clock, Log& log) {
  return [&forecasts, &clock, &log](const Grants& grants) {
    constexpr std::chrono::days kSoon{7};
    std::vector<api::AttentionItem> items;
    if (!grants.has_anywhere(Permission::kView)) return items;
    const auto found = forecasts.list(vault::Actor{.grants = grants},
                                      {.until = clock.now() + kSoon, .page_size = 1});
    if (!found) {
      log.failed("Which clients stop working soon is not known.", found.error());
    } else if (found->total > 0) {
      items.push_back({.kind = "clients_dying", .count = found->total});
    }
    return items;
  };
}

}  // namespace strongroom::app
