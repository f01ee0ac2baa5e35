#pragma once
// The server's part that renews tokens ahead of their end: its settings, its thread, its numbers.

#include <memory>
#include <optional>
#include <vector>

#include "app/config.h"
#include "app/metrics.h"
#include "refresh/scheduler.h"
#include "vault/context.h"
#include "vault/due_refreshes.h"
#include "vault/refresh_plan.h"
#include "vault/retrievals.h"

namespace strongroom::app {

// Made and stopped by one thread; metrics may be asked for by any.
class Refreshing {
 public:
  explicit Refreshing(const Config& config);

  // For vault::Context::refresh_plan. Null: the configuration says that nothing is renewed ahead.
  vault::RefreshPlan* plan() { return plan_ ? &*plan_ : nullptr; }
  // From now on it is. Both must live until stop() was called and what is under way has ended.
  void start(vault::Context& context, vault::Retrievals& retrievals);
  void stop();
  // Not before start().
  void add_metrics(std::vector<Metric>& metrics);

 private:
  std::size_t at_once_;
  std::optional<vault::RefreshPlan> plan_;
  std::optional<vault::DueRefreshes> due_;
  std::unique_ptr<refresh::Scheduler> scheduler_;
};

}  // namespace strongroom::app
