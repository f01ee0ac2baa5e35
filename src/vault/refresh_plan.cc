#include "vault/refresh_plan.h"

#include <chrono>

#include "storage/refresh_due_rows.h"
#include "vault/context.h"
#include "vault/lookup_index.h"

namespace strongroom::vault {
namespace {

// Tokens without a lifetime are not taken to live for less because one came with less.
constexpr Milliseconds kLeastLearned = std::chrono::minutes(5);

// What oauth::TokenSet calls a token that is bound to the client's own key.
constexpr std::string_view kKeyBoundType = "DPoP";

TokenLife life_of(const Clock& clock, const TokenEntry& token) {
  const BootTime boot_now = clock.boot_now();
  TokenLife life{.lifetime = token.lifetime, .left = {}, .age = boot_now - token.refreshed_at_boot};
  if (token.deadline) life.left = token.deadline->left(clock.now(), boot_now);
  return life;
}

}  // namespace

void RefreshPlan::learn(TargetSystemId system, Milliseconds lifetime) {
  if (lifetime <= Milliseconds{0}) return;
  const auto learned = learned_.lock();
  const Milliseconds taken = std::max(lifetime, kLeastLearned);
  const auto [known, is_new] = learned->try_emplace(system, taken);
  if (!is_new) known->second = std::min(known->second, taken);
}

RefreshSettings RefreshPlan::settings_for(TargetSystemId system) {
  RefreshSettings settings = settings_;
  const auto learned = learned_.lock();
  if (const auto known = learned->find(system); known != learned->end()) {
    settings.assumed_lifetime = known->second;
  }
  return settings;
}

std::optional<Milliseconds> RefreshPlan::keep_alive(std::string_view service_provider,
                                                    std::optional<Milliseconds> wanted) {
  if (!wanted) return std::nullopt;
  const auto known = known_.lock();
  const auto lifetimes = known->find(service_provider);
  if (lifetimes == known->end() || !lifetimes->second.idle) return wanted;
  return std::min(*wanted, Milliseconds(*lifetimes->second.idle) / 2);
}

bool RefreshPlan::is_moved_by_use(std::string_view service_provider) {
  const auto known = known_.lock();
  const auto lifetimes = known->find(service_provider);
  return lifetimes == known->end() || !lifetimes->second.stated_is_absolute;
}

void RefreshPlan::ring(WallTime due) {
  const auto listener = listener_.lock();
  if (*listener) (*listener)(due);
}

std::optional<WallTime> refresh_due(const Context& context, const TokenKey& key,
                                    const TokenEntry& token, std::optional<WallTime> refresh_ends) {
  // One that is bound to a certificate is of use to nobody here.
  const bool is_useless = token.is_bound && token.token_type != kKeyBoundType;
  if (context.refresh_plan == nullptr || is_useless) return std::nullopt;
  const auto system = context.index.find(key.client).target_system;
  // One that has expired when it comes would be renewed without an end.
  const bool never_lived = token.lifetime && *token.lifetime <= Milliseconds{0};
  if (!system || never_lived) return std::nullopt;
  if (token.lifetime) context.refresh_plan->learn(system->id, *token.lifetime);
  // A token for one resource is renewed by the same refresh token as the client's own.
  const auto keep_alive = key.resource.empty() ? context.refresh_plan->keep_alive(
                                                     system->service_provider, system->keep_alive)
                                               : std::nullopt;
  const RefreshSettings settings = context.refresh_plan->settings_for(system->id);
  const Milliseconds age = context.clock.boot_now() - token.refreshed_at_boot;
  auto until = until_refresh(life_of(context.clock, token), settings, keep_alive,
                             refresh_spread(key, token.generation));
  if (refresh_ends && key.resource.empty() &&
      context.refresh_plan->is_moved_by_use(system->service_provider)) {
    const Milliseconds left = *refresh_ends - context.clock.now();
    const Milliseconds in_time = left - ahead_of_end(left + age, settings);
    until = until ? std::min(*until, in_time) : in_time;
  }
  if (!until) return std::nullopt;
  return context.clock.now() + std::max(*until, settings.least_interval - age);
}

std::optional<WallTime> keep_alive_due(const Context& context, OAuthClientId client) {
  if (context.refresh_plan == nullptr) return std::nullopt;
  const auto system = context.index.find(client).target_system;
  if (!system) return std::nullopt;
  const auto every = context.refresh_plan->keep_alive(system->service_provider, system->keep_alive);
  return every ? std::optional(context.clock.now() + *every) : std::nullopt;
}

Status refresh_again(const Context& context, storage::Transaction& tx, const Uuid& oauth_client) {
  const WallTime now = context.clock.now();
  tx.on_commit([&context, now] { ring(context, now); });
  return storage::look_at_refreshes_again(tx, oauth_client, now);
}

Status refresh_clients_again(const Context& context, storage::Transaction& tx,
                             const storage::TargetSystemRow& row) {
  const WallTime now = context.clock.now();
  tx.on_commit([&context, now] { ring(context, now); });
  std::optional<Milliseconds> every;
  if (row.keep_alive_days > 0) every = std::chrono::days(row.keep_alive_days);
  if (context.refresh_plan != nullptr) {
    every = context.refresh_plan->keep_alive(row.service_provider, every);
  }
  const auto later_than = every ? std::optional(now + *every) : std::nullopt;
  if (later_than) {
    STRONGROOM_CHECK(storage::keep_refresh_tokens_alive_of(tx, row.id, *later_than));
  }
  return storage::look_at_refreshes_of_target_system_again(tx, row.id, now, later_than);
}

void ring(const Context& context, std::optional<WallTime> due) {
  if (context.refresh_plan != nullptr && due) context.refresh_plan->ring(*due);
}

}  // namespace strongroom::vault
