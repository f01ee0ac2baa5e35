#pragma once
// What the API tells of the audit trail beside its events.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace strongroom::api {

// One place that events are shipped to.
struct SinkState {
  std::string_view name;     // "syslog", "file", "https"
  std::string_view format;   // "json", "ocsf"
  std::int64_t queued = 0;   // events that it has not got yet
  std::int64_t sent = 0;     // since the start
  std::int64_t dropped = 0;  // removed by the retention before it got them
  std::optional<WallTime> last_sent_at = {};
  std::optional<WallTime> failing_since = {};
  std::string_view problem = {};  // a literal; empty: none
};

struct AuditState {
  std::int64_t keep_days = 0;  // 0: for ever
  std::string server;          // as checkpoints name it
  std::string public_key;      // that signs checkpoints
  std::function<std::vector<SinkState>()> sinks;
};

}  // namespace strongroom::api
