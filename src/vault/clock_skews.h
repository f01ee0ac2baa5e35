#pragma once
// How far the clocks of providers are from ours, as their last answers said.

#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/guarded.h"

namespace strongroom::vault {

// Safe to use from any thread.
class ClockSkews {
 public:
  // Keeps one for each entry of the catalogue, whose ids are a bounded set.
  void note(const std::string& service_provider, std::optional<Seconds> ahead) {
    if (ahead) latest_.lock()->insert_or_assign(service_provider, *ahead);
  }
  // The one that is farthest from zero; zero if there is none.
  Seconds largest() const {
    const auto latest = latest_.lock();
    Seconds largest{0};
    for (const auto& [provider, ahead] : *latest) {
      if (std::chrono::abs(ahead) > std::chrono::abs(largest)) largest = ahead;
    }
    return largest;
  }

 private:
  mutable Guarded<std::unordered_map<std::string, Seconds>> latest_;
};

}  // namespace strongroom::vault
