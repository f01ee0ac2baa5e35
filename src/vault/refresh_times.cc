#include "vault/refresh_times.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string_view>

namespace strongroom::vault {
namespace {

constexpr Milliseconds kLongestWait = std::chrono::hours(1);
constexpr Milliseconds kLately = std::chrono::hours(24);
constexpr std::uint64_t kWhole = 65'536;

// FNV-1a: spreads, and need not hide anything.
std::uint64_t hash_on(std::uint64_t hash, std::string_view bytes) {
  for (const char byte : bytes) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
  }
  return hash;
}

Milliseconds part(Milliseconds whole, std::uint16_t spread) {
  return whole * std::int64_t{spread} / std::int64_t{kWhole};
}

// The lifetime as granted, or as an imported token's end lets it seem.
std::optional<Milliseconds> lifetime_of(const TokenLife& life, const RefreshSettings& settings) {
  if (life.lifetime) return life.lifetime;
  if (life.left) return std::max(life.age + *life.left, Milliseconds{0});
  if (settings.assumed_lifetime > Milliseconds{0}) return settings.assumed_lifetime;
  return std::nullopt;
}

}  // namespace

Milliseconds ahead_of_end(Milliseconds lifetime, const RefreshSettings& settings) {
  const Milliseconds margin = std::min(settings.margin, lifetime / 3);
  const Milliseconds share = lifetime * settings.share_percent / 100;
  return std::min(std::max(margin, share), lifetime / 2);
}

std::uint16_t refresh_spread(const TokenKey& key, std::int64_t generation) {
  std::uint64_t hash = hash_on(0xcbf29ce484222325U, key.client.uuid.raw());
  hash = hash_on(hash, key.resource);
  for (int shift = 0; shift < 64; shift += 8) {
    hash = (hash ^ ((static_cast<std::uint64_t>(generation) >> shift) & 0xffU)) * 0x100000001b3U;
  }
  hash ^= hash >> 32;
  return static_cast<std::uint16_t>((hash ^ (hash >> 16)) % kWhole);
}

std::optional<Milliseconds> until_refresh(const TokenLife& life, const RefreshSettings& settings,
                                          std::optional<Milliseconds> keep_alive,
                                          std::uint16_t spread) {
  std::optional<Milliseconds> until;
  if (const auto lifetime = lifetime_of(life, settings)) {
    const Milliseconds ahead = ahead_of_end(*lifetime, settings);
    const Milliseconds earliest = std::min(ahead + *lifetime / 10, *lifetime / 2);
    const Milliseconds left = life.left.value_or(*lifetime - life.age);
    until = left - ahead - part(std::max(earliest - ahead, Milliseconds{0}), spread);
  }
  if (!keep_alive) return until;
  const Milliseconds kept = *keep_alive - part(*keep_alive / 10, spread) - life.age;
  return until ? std::min(*until, kept) : kept;
}

Milliseconds wait_after_failure(Milliseconds pause, std::optional<Milliseconds> left,
                                std::uint8_t chance) {
  const Milliseconds wait = pause + pause * chance / 255;
  if (!left) return wait;
  if (*left > Milliseconds{0}) return std::max(pause, std::min(wait, *left));
  return std::max(wait, std::min(-*left / 8, kLongestWait));
}

bool is_used_lately(std::optional<WallTime> last_used, std::optional<Milliseconds> lifetime,
                    WallTime now) {
  if (!last_used) return false;
  return now - *last_used <= std::max(lifetime.value_or(Milliseconds{0}), kLately);
}

}  // namespace strongroom::vault
