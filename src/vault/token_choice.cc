#include "vault/token_choice.h"

#include <algorithm>
#include <utility>

#include "vault/authorization_header.h"
#include "vault/lookup_errors.h"

namespace strongroom::vault {
namespace {

using What = TokenChoice::What;

// Without min_ttl a token is retrieved anew when it has less left than this, or than a quarter of
// its lifetime, whichever is less.
constexpr Milliseconds kFreshEnough{60'000};

Milliseconds wanted_life(const TokenEntry& token, std::optional<Seconds> min_ttl) {
  if (min_ttl) return *min_ttl;
  return token.lifetime ? std::min(kFreshEnough, *token.lifetime / 4) : kFreshEnough;
}

bool has_lived(const TokenEntry& token) { return token.lifetime > Milliseconds{0}; }

// How long after its retrieval a token is not retrieved again on demand: the interval, but for
// short-lived tokens no more than half of their life.
Milliseconds keeps_for(const TokenEntry& token, Milliseconds interval) {
  return has_lived(token) ? std::min(interval, *token.lifetime / 2) : interval;
}

TokenChoice refuse(Error why_not) { return {What::kRefuse, std::move(why_not)}; }

}  // namespace

TokenChoice choose_token(const Clock& clock, const TokenEntry* token,
                         const TargetSystemEntry& system, const TokenWish& wish) {
  if (token == nullptr) return {What::kRetrieve};
  // It serves only while there is no other: one for today's settings is asked for first.
  if (token->is_former && !wish.was_retrieved) return {What::kRetrieve};
  // Its life does not matter: a newer one would be bound as well.
  if (token->is_bound && !(wish.for_request && can_be_proven(*token, system))) {
    return refuse(can_be_proven(*token, system) ? token_needs_proof() : token_is_bound());
  }
  if (!token->deadline) {
    if (!wish.min_ttl) return {What::kServe};
    return refuse(lifetime_unknown());
  }
  const BootTime boot_now = clock.boot_now();
  const Milliseconds left = token->deadline->left(clock.now(), boot_now);
  const bool is_alive = left > Milliseconds{0};
  if (is_alive && left >= wanted_life(*token, wish.min_ttl)) return {What::kServe};
  // However many want more than can be had, the provider is asked once in this time; but an expired
  // token is replaced at once, unless it never lived: the next one would not either.
  const Milliseconds interval = system.min_retrieval_interval;
  const Milliseconds pause = keeps_for(*token, interval) - (boot_now - token->refreshed_at_boot);
  const bool is_due = pause <= Milliseconds{0} || (!is_alive && has_lived(*token));
  if (is_due && !wish.was_retrieved) return {What::kRetrieve};
  if (!is_alive) return refuse(expired_on_arrival(pause));
  if (wish.min_ttl) return refuse(min_ttl_not_met(left));
  return {What::kServe};
}

bool lives(const Clock& clock, const TokenEntry& token) {
  return !token.deadline || token.deadline->left(clock.now(), clock.boot_now()) > Milliseconds{0};
}

}  // namespace strongroom::vault
