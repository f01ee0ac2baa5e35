#pragma once
// How many token requests each service provider was sent, and what came of them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/guarded.h"
#include "oauth/failure_causes.h"

namespace strongroom::vault {

enum class ProviderResult : std::uint8_t {
  kSuccess,      // a token
  kRefused,      // the provider says no, and somebody has to mend something
  kNeedsSignIn,  // the provider takes the refresh token no more
  kUnavailable,  // no answer, or one that says to come again
};
inline constexpr std::size_t kProviderResults = 4;

// What an exchange that ended with `cause` counts as; nullopt: as nothing, because what is wrong
// is on this server.
std::optional<ProviderResult> provider_result(std::optional<oauth::FailureCause> cause);

// Safe to use from any thread.
class ProviderCounts {
 public:
  using Counts = std::array<std::uint64_t, kProviderResults>;  // by ProviderResult
  // Keeps one for each entry of the catalogue, whose ids are a bounded set.
  void note(const std::string& service_provider, std::optional<oauth::FailureCause> cause);
  std::map<std::string, Counts> all() const { return *counts_.lock(); }

 private:
  mutable Guarded<std::map<std::string, Counts>> counts_;
};

}  // namespace strongroom::vault
