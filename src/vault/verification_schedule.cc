#include "vault/verification_schedule.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <utility>

#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using storage::Snapshot;
using storage::Transaction;
using storage::VerificationPlan;
using Plans = std::vector<VerificationPlan>;

constexpr std::size_t kPlannedAtOnce = 1'000;

}  // namespace

VerificationSchedule::VerificationSchedule(Context& context, Verifications& verifications)
    : context_(context), verifications_(verifications) {}

Status VerificationSchedule::turn() {
  if (!need_writable_audit(context_)) return {};
  {
    const auto state = state_.lock();
    if (std::exchange(state->is_turning, true)) return {};
  }
  Status turned = turn_now();
  state_.lock()->is_turning = false;
  return turned;
}

Status VerificationSchedule::turn_now() {
  const BootTime now = context_.clock.boot_now();
  bool plans = false;
  std::size_t under_way = 0;
  {
    const auto state = state_.lock();
    plans = state->plan_at <= now;
    if (plans) state->plan_at = now + kPlanInterval;
    under_way = state->under_way.size();
  }
  if (plans) STRONGROOM_CHECK(plan());
  if (under_way >= kAtOnce) return {};
  STRONGROOM_TRY(Plans due, storage::read<Plans>(context_.store, [&](Snapshot& snapshot) {
                   return storage::verifications_due(snapshot, context_.clock.now(),
                                                     kAtOnce + under_way);
                 }));
  {
    const auto state = state_.lock();
    std::erase_if(due, [&](const VerificationPlan& one) {
      return state->under_way.contains(OAuthClientId{one.oauth_client_id});
    });
    if (due.size() > kAtOnce - under_way) due.resize(kAtOnce - under_way);
  }
  if (due.empty()) return {};
  // Whatever becomes of them, they are not due again at once.
  const WallTime retry = context_.clock.now() + kRetry;
  STRONGROOM_CHECK(context_.store.write([&](Transaction& tx) -> Status {
    for (const VerificationPlan& one : due) {
      const auto next = one.every_hours > 0 ? std::optional(retry) : std::nullopt;
      const Status put = storage::put_verification_due(tx, one.oauth_client_id, next);
      if (!put) return put;
    }
    return {};
  }));
  for (const VerificationPlan& one : due) {
    if (one.every_hours > 0) begin(one);
  }
  return {};
}

// Anywhere in the hours to come: many clients of one target system are not asked about together.
Status VerificationSchedule::plan() {
  const WallTime now = context_.clock.now();
  STRONGROOM_TRY(const Plans unplanned,
                 storage::read<Plans>(context_.store, [&](Snapshot& snapshot) {
                   return storage::unplanned_verifications(snapshot, now, kPlannedAtOnce);
                 }));
  if (unplanned.empty()) return {};
  return context_.store.write([&](Transaction& tx) -> Status {
    for (const VerificationPlan& one : unplanned) {
      const Milliseconds whole = std::chrono::hours(one.every_hours);
      STRONGROOM_CHECK(
          storage::put_verification_due(tx, one.oauth_client_id, now + whole * chance() / 255));
    }
    return {};
  });
}

void VerificationSchedule::begin(const VerificationPlan& due) {
  const OAuthClientId client{due.oauth_client_id};
  state_.lock()->under_way.insert(client);
  verifications_.verify_on_schedule(
      client, [this, due](const Result<Verification>& found) { ended(due, found); });
}

void VerificationSchedule::ended(const VerificationPlan& due, const Result<Verification>& found) {
  {
    const auto state = state_.lock();
    state->under_way.erase(OAuthClientId{due.oauth_client_id});
    const std::size_t which = found ? static_cast<std::size_t>(found->outcome) : kOutcomes - 1;
    ++state->counts.at(which);
  }
  // Who could not be asked now is asked in a while; what somebody has to change first, in its turn.
  if (found || found.error().code == Code::kUnavailable || found.error().code == Code::kNotFound) {
    return;
  }
  const WallTime next = next_verification(context_.clock.now(), due.every_hours, chance());
  const Status put = context_.store.write([&](Transaction& tx) {
    return storage::put_verification_due(tx, due.oauth_client_id, next);
  });
  if (!put) context_.log.failed("When a token is verified next could not be noted.", put.error());
}

std::uint8_t VerificationSchedule::chance() {
  std::byte chance{};
  context_.random.fill(std::span(&chance, 1));
  return std::to_integer<std::uint8_t>(chance);
}

}  // namespace strongroom::vault
