#pragma once
// When secrets, keys and certificates are over, as the metrics show it.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "vault/context.h"

namespace strongroom::vault {

// As of one moment. What is over already counts in all three.
struct ExpiryReport {
  struct Soonest {
    std::string target_system;  // its id
    std::string kind;           // "secret", "key", ...
    WallTime expires_on{};      // the earliest of its kind there
  };
  std::vector<Soonest> soonest;  // at most kMost
  std::int64_t expired = 0;
  std::int64_t within_week = 0;
  std::int64_t within_month = 0;  // 30 days
};

// Safe to use from any thread.
class CredentialExpiries {
 public:
  // A bounded set, however many target systems there are: who has more reads the API.
  static constexpr std::int64_t kMost = 100;

  explicit CredentialExpiries(Context& context) : context_(context) {}

  // Reads them all again. Blocks: for a job, not for an event loop.
  Status refresh();
  // As of the last refresh().
  std::shared_ptr<const ExpiryReport> latest() const { return *latest_.lock(); }

 private:
  Context& context_;
  mutable Guarded<std::shared_ptr<const ExpiryReport>> latest_{
      std::make_shared<const ExpiryReport>()};
};

}  // namespace strongroom::vault
