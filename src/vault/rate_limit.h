#pragma once
// How often one robot may ask: a bucket of tokens each, refilled steadily.

#include <array>
#include <cstddef>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/clock.h"
#include "base/uuid.h"
#include "vault/types.h"

namespace strongroom::vault {

struct RateLimit {
  double per_second = 1'000;  // sustained
  double burst = 10'000;      // at once
};

// Safe to use from any thread; robots are spread over shards, so that loops seldom meet at a lock.
class RobotRates {
 public:
  explicit RobotRates(RateLimit limit) : limit_(limit) {}

  // Takes one from the robot's bucket; where it is empty, answers how long to wait.
  std::optional<Milliseconds> take(RobotId robot, BootTime now);
  // What it was let in for costs `more` besides: the bucket may owe that, and nothing is given
  // until it was paid back.
  void charge(RobotId robot, std::size_t more, BootTime now);

 private:
  static constexpr std::size_t kShards = 16;
  struct Bucket {
    double left;
    BootTime filled_at;
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<RobotId, Bucket, UuidHash> buckets;
  };
  Shard& shard_of(RobotId robot) { return shards_[UuidHash{}(robot) % kShards]; }
  // Filled up to `now`. The shard is locked.
  Bucket& bucket_of(Shard& shard, RobotId robot, BootTime now) const;

  RateLimit limit_;
  std::array<Shard, kShards> shards_;
};

}  // namespace strongroom::vault
