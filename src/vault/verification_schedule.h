#pragma once
// Tries tokens at their providers by the clock, where a target system wants it
// (TargetSystem::verify_every_hours): a few at a time, spread over the hours, and as slowly after a
// restart. When each is due is stored, so a restart forgets nothing.

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "storage/token_verification_rows.h"
#include "vault/context.h"
#include "vault/verifications.h"

namespace strongroom::vault {

// Safe to use from any thread; blocks: workers only.
class VerificationSchedule {
 public:
  static constexpr std::size_t kAtOnce = 4;
  static constexpr Seconds kPlanInterval{60};  // between two looks for clients without a time
  static constexpr Seconds kRetry{900};        // where it could not be asked

  // Both must outlive it.
  VerificationSchedule(Context& context, Verifications& verifications);

  // Gives clients that have none a time, and begins with those that are due, as far as there is
  // room. To be called every few seconds; one call at a time does anything. Nothing happens while
  // the audit trail takes nothing. Errors: of the store.
  Status turn();

  // What was found out, and, last, how often nobody could be asked: in the order of
  // VerificationOutcome.
  static constexpr std::size_t kOutcomes = 4;
  std::array<std::uint64_t, kOutcomes> counts() const { return state_.lock()->counts; }
  std::size_t under_way() const { return state_.lock()->under_way.size(); }

 private:
  struct State {
    bool is_turning = false;
    BootTime plan_at{};
    std::set<OAuthClientId> under_way;
    std::array<std::uint64_t, kOutcomes> counts{};
  };

  Status turn_now();
  Status plan();
  void begin(const storage::VerificationPlan& due);
  void ended(const storage::VerificationPlan& due, const Result<Verification>& found);
  std::uint8_t chance();

  Context& context_;
  Verifications& verifications_;
  mutable Guarded<State> state_;
};

}  // namespace strongroom::vault
