#pragma once
// The public keys of those who issue workload tokens, kept for a while and fetched off the event
// loops.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/function.h"
#include "base/guarded.h"
#include "crypto/jwk_set.h"
#include "oauth/key_set_client.h"
#include "vault/context.h"
#include "vault/robot_identity.h"

namespace strongroom::vault {

// Safe to use from any thread.
class WorkloadKeys {
 public:
  // Runs a task on a thread that may block; false: too much waits there.
  using Workers = std::function<bool(Task)>;
  // All must outlive it.
  WorkloadKeys(Context& context, oauth::KeySetClient& client, Workers workers)
      : context_(context), client_(client), workers_(std::move(workers)) {}

  // A set is used for this long, and is not fetched again sooner than that, however many tokens
  // name a key that it has not and however often the issuer fails.
  static constexpr Milliseconds kLifetime = std::chrono::hours(1);
  static constexpr Milliseconds kSoonest = std::chrono::seconds(30);
  // Fetches under way at once: issuers that do not answer hold no more workers than this.
  static constexpr std::size_t kMostFetches = 2;
  // Sources that are kept; beyond it those are let go of that nobody waits for.
  static constexpr std::size_t kMostKept = 1000;

  using Keys = std::shared_ptr<const crypto::JwkSet>;
  using Ready = UniqueFunction<void(const Keys&)>;  // null: they cannot be had
  // The keys that `identity` says its tokens are signed with. `unknown_key`: those that were given
  // before lack one. Calls `ready` once: at once, on this thread, where they are there or cannot be
  // had; else on a worker, when the one fetch that is under way ended: after at most twice the time
  // limit of KeySetClient. An old set serves while the issuer fails.
  void find(const RobotIdentity& identity, bool unknown_key, Ready ready);

  // What find() tells sources apart by: issuer, address and the way there.
  static std::string source_of(const RobotIdentity& identity);

 private:
  struct Kept {
    Keys keys;  // null: never read
    std::optional<BootTime> tried_at;
    std::optional<BootTime> read_at;
    bool is_flying = false;
    std::vector<Ready> waiting;
  };
  struct State {
    std::unordered_map<std::string, Kept> sources;
    std::size_t fetches = 0;               // under way
    std::deque<RobotIdentity> to_be_read;  // until one of them ends
  };
  enum class Tried : std::uint8_t { kYes, kNo };
  bool is_settled(const Kept& known, bool unknown_key) const;
  void start(const RobotIdentity& identity);
  void fetch(const RobotIdentity& identity);
  void landed(const std::string& source, Keys keys, Tried tried);
  Result<Keys> read(const RobotIdentity& identity);

  Context& context_;
  oauth::KeySetClient& client_;
  const Workers workers_;
  Guarded<State> state_;
};

}  // namespace strongroom::vault
