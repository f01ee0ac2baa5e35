#include "app/listeners.h"

#include <algorithm>

#include <sched.h>

#include "app/descriptor_limit.h"

namespace strongroom::app {
namespace {

// The processors that this process may use, which is not always all that there are.
std::size_t usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return static_cast<std::size_t>(std::max(1, CPU_COUNT(&set)));
}

}  // namespace

Result<http::ServerOptions> public_listener(const Config& config, const http::TlsFiles& tls,
                                            Log& log) {
  const auto loops = static_cast<std::size_t>(config.number("server.event_loops"));
  http::ServerOptions options;
  options.address = config.text("server.listen");
  options.loops = loops == 0 ? usable_cores() : loops;
  options.tls = tls;
  options.strict_transport = !config.text("server.certificate").empty();
  options.limits.max_connections =
      possible_connections(static_cast<std::size_t>(config.number("server.max_connections")), log);
  STRONGROOM_TRY(options.proxies,
                 http::TrustedProxies::parse(config.list("server.trusted_proxies")));
  return options;
}

http::ServerOptions management_listener(const Config& config) {
  http::ServerOptions options;
  options.address = config.text("management.listen");
  options.plain = true;
  return options;
}

}  // namespace strongroom::app
