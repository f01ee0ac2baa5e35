#pragma once
// Launching a Basic Engine Robot, which cannot look anything up: the runner that starts it is given
// the access tokens that the robot takes as input. All of them, or none.
//
// As a look-up (vault/lookup.h): ask() decides, has tokens retrieved anew that are too old, and
// makes one audit event for each durable; collect(), on the event loop right before the answer is
// written, checks that all of it still stands and opens the tokens. Touches no database.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/event.h"
#include "base/function.h"
#include "base/result.h"
#include "crypto/digest.h"
#include "vault/context.h"
#include "vault/lookup.h"
#include "vault/lookup_index.h"
#include "vault/retrievals.h"

namespace strongroom::vault {

struct LaunchQuestion {
  std::string_view robot_key;  // the runner's, as it showed it
  // In place of a key: what vault/robot_proofs.h found that the runner is.
  std::optional<crypto::Sha256Digest> proven = {};
  std::string_view robot;  // path and name
  std::string_view peer;
  std::string_view request_id;
};

// One token on its way.
struct LaunchInput {
  InputEntry entry;
  LookupIndex::Found found;
  std::shared_ptr<const TokenEntry> token;
};

// A launch that is in the audit trail and only has to be collected.
struct Launch {
  RobotId runner;
  std::shared_ptr<const RobotEntry> robot;  // that is launched; null: not known yet
  RobotKeyId key;                           // of the runner
  crypto::Sha256Digest key_hash{};
  std::string peer;
  std::string request_id;
  std::uint64_t rights_epoch = 0;
  std::vector<LaunchInput> inputs;
  std::shared_ptr<const KeyTerms> terms;  // of the key; null: none
  std::shared_ptr<KeyUses> uses;          // of the key
};

// Each launch that was answered counts once.
struct LaunchCounters {
  std::uint64_t delivered = 0;  // collected
  std::uint64_t denied = 0;
  std::uint64_t failed = 0;
};

// Safe to use from any thread.
class Launches {
 public:
  // All must outlive it. `lookups` has what a runner's launches share with look-ups: how often it
  // may ask, which of its denials are counted, and the alarms for canaries.
  Launches(Context& context, Retrievals& retrievals, Lookups& lookups)
      : context_(context), retrievals_(retrievals), lookups_(lookups) {}

  // As Lookups::check_key().
  Status check_key(const LaunchQuestion& question) const;

  using Ready = UniqueFunction<void(Result<Launch>)>;
  // Never blocks. `ready` is called exactly once: on this thread, the audit trail's or a worker.
  // The views in `question` are read only before ask() returns.
  //
  // Errors:
  //   kUnauthenticated   no such robot key, or a revoked one
  //   kNotFound          no such Basic Engine Robot, or none that this runner may launch, or not
  //                      with this key now and from there: one answer, same work
  //   kPermissionDenied  "basic_engine_forbidden", by the switch of the whole server
  //   kRateLimited       as a look-up; each token counts as one
  //   kConflict          "input_not_deliverable", parameters input and why: for_a_runner()
  //   what a look-up says of a token that cannot be had, with the parameter input
  void ask(const LaunchQuestion& question, Ready ready);

  // Appends the letters of the access token of `launch.inputs[input]` to `out`, which the caller
  // wipes. Where any right of the launch was taken away meanwhile, nothing may leave, and the trail
  // is told that nothing was delivered after all. Call it as Lookups::collect(). Errors: as ask();
  // kUnavailable, tokens were withdrawn; kCorrupt.
  Status collect(const Launch& launch, std::size_t input, std::string& out);
  // The last of them was collected.
  void collected() { delivered_.fetch_add(1, std::memory_order_relaxed); }

  LaunchCounters counters() const;

 private:
  struct Pending;
  using Shared = std::shared_ptr<Pending>;
  void ask_with(const RobotKeyEntry& key, const Shared& pending, std::string_view robot);
  void read_inputs(RobotId robot, Launch& launch) const;
  bool may_go(const RobotKeyEntry& key, const Shared& pending);
  void decide(const Shared& pending, std::size_t input, bool was_retrieved);
  void retrieved(const Shared& pending, std::size_t input, const RetrievalResult& result);
  void settled(const Shared& pending, std::size_t input, std::optional<Error> failure);
  void deliver(const Shared& pending);
  void recorded(const Shared& pending, std::size_t input, const Status& durable);
  void deny(const Shared& pending, Error answer, std::string_view reason,
            std::optional<std::size_t> input = {});
  void fail(const Shared& pending, Error error);
  void refuse(const Shared& pending, Error error);
  Status decide_again(const Launch& launch) const;
  void take_back(const Launch& launch, const LaunchInput& input);
  static bool is_canary(const LaunchInput& input);
  audit::Event alarm_of(const Launch& launch, const LaunchInput& input);
  std::vector<audit::Event> alarms_of(const Launch& launch, audit::Outcome outcome);
  void append(const Launch& launch, const audit::Event& happened, const LaunchInput& input,
              audit::Trail::Done done);
  void write(const Shared& pending, const audit::Event& first, std::vector<audit::Event> alarms,
             audit::Trail::Done done);
  audit::Event event(const Launch& launch, audit::Action action,
                     const LaunchInput* input = nullptr) const;

  Context& context_;
  Retrievals& retrievals_;
  Lookups& lookups_;
  std::atomic<std::uint64_t> delivered_{0};
  std::atomic<std::uint64_t> denied_{0};
  std::atomic<std::uint64_t> failed_{0};
};

}  // namespace strongroom::vault
