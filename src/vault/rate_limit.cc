#include "vault/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace strongroom::vault {
namespace {

constexpr double kMillisecondsPerSecond = 1'000;

}  // namespace

RobotRates::Bucket& RobotRates::bucket_of(Shard& shard, RobotId robot, BootTime now) const {
  const auto [found, is_new] = shard.buckets.try_emplace(robot, Bucket{limit_.burst, now});
  Bucket& bucket = found->second;
  const double passed =
      static_cast<double>((now - bucket.filled_at).count()) / kMillisecondsPerSecond;
  bucket.left = std::min(limit_.burst, bucket.left + std::max(0.0, passed) * limit_.per_second);
  bucket.filled_at = now;
  return bucket;
}

std::optional<Milliseconds> RobotRates::take(RobotId robot, BootTime now) {
  Shard& shard = shard_of(robot);
  const std::scoped_lock lock(shard.mutex);
  Bucket& bucket = bucket_of(shard, robot, now);
  if (bucket.left >= 1) {
    bucket.left -= 1;
    return std::nullopt;
  }
  const double wait = (1 - bucket.left) / limit_.per_second * kMillisecondsPerSecond;
  return Milliseconds(static_cast<std::int64_t>(std::ceil(wait)));
}

void RobotRates::charge(RobotId robot, std::size_t more, BootTime now) {
  Shard& shard = shard_of(robot);
  const std::scoped_lock lock(shard.mutex);
  bucket_of(shard, robot, now).left -= static_cast<double>(more);
}

}  // namespace strongroom::vault
