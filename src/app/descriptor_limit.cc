#include "app/descriptor_limit.h"

#include <algorithm>
#include <cstdint>

#include <sys/resource.h>

namespace strongroom::app {
namespace {

constexpr std::size_t kReserve = 256;

}  // namespace

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);  // if it fails there are as many as before
}

std::size_t descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  return limit.rlim_cur;
}

std::size_t connections_within(std::size_t wanted, std::size_t descriptors) {
  const std::size_t spare = std::min(kReserve, descriptors / 2);
  return std::clamp<std::size_t>(descriptors - spare, 1, std::max<std::size_t>(wanted, 1));
}

std::size_t possible_connections(std::size_t wanted, Log& log) {
  const std::size_t descriptors = descriptor_limit();
  const std::size_t possible = connections_within(wanted, descriptors);
  if (possible < wanted) {
    log.warning("The limit of open files allows for fewer connections than are configured.",
                {{"server.max_connections", static_cast<std::int64_t>(wanted)},
                 {"possible", static_cast<std::int64_t>(possible)},
                 {"open_files", static_cast<std::int64_t>(descriptors)}});
  }
  return possible;
}

}  // namespace strongroom::app
