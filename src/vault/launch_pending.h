#pragma once
// A launch on its way, for the files that Launches is written in.

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "vault/launches.h"

namespace strongroom::vault {

// Owns copies of what outlives ask(). Each input, and each event that is written, has its own
// places, which only one thread at a time writes; the last one that comes goes on with all of them.
struct Launches::Pending {
  explicit Pending(Ready when_ready) : ready(std::move(when_ready)) {}

  Ready ready;
  Launch launch;
  std::string asked_name;                       // for people
  std::vector<std::optional<Error>> failures;   // of the inputs
  std::vector<std::optional<Error>> unwritten;  // of the audit events that are not durable
  std::atomic<std::size_t> outstanding{0};
};

}  // namespace strongroom::vault
