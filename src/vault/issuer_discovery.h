#pragma once
// Reading the metadata of issuers again: when somebody asks for it, once a day, and when a token
// endpoint seems to be gone. What moves trust is held until somebody approves it; what was accepted
// stays in use (A-107, invariant 5).

#include <cstddef>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "oauth/discovery.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

inline constexpr Milliseconds kReadIssuersEvery = std::chrono::hours(24);
inline constexpr Milliseconds kReadFailedIssuersEvery = std::chrono::hours(1);
// For how long a token endpoint that is gone again is no reason to read its issuer again.
inline constexpr Milliseconds kPauseAfterGone = std::chrono::minutes(5);
inline constexpr std::size_t kReadAgainAtOnce = 2;  // by read_again(); others have to come again

// Safe to use from any thread; what blocks is for workers.
class IssuerDiscovery {
 public:
  // `discovery` must outlive this.
  IssuerDiscovery(Context& context, oauth::Discovery& discovery)
      : context_(context), discovery_(discovery) {}

  // Reads the issuer of a target system and keeps what it says: as accepted, or, where it moves
  // trust, as pending. Needs kConfigure. Blocks.
  //
  // Errors: kNotFound; kConflict "no_issuer": this target system has none; as fetch_metadata()
  // (vault/issuer_reading.h) and, of a protected resource, follow_resource()
  // (vault/resource_discovery.h); kPreconditionFailed: it was changed meanwhile.
  Result<TargetSystem> discover(const Actor& actor, TargetSystemId id);

  // At most `limit` target systems whose issuer is to be read again by now. Blocks.
  Result<std::vector<TargetSystemId>> due(std::size_t limit);

  // As discover(), in the server's own name; what fails is logged. Returns at once where the same
  // is under way. Blocks.
  void read_again(TargetSystemId id);

  // Whether read_again() is worth while, since the token endpoint of `id` is gone: not twice within
  // kPauseAfterGone.
  bool is_worth_while(TargetSystemId id);

 private:
  struct State {
    std::unordered_set<TargetSystemId, UuidHash> under_way;
    std::unordered_map<TargetSystemId, BootTime, UuidHash> gone;
  };

  Result<TargetSystem> read(const Actor& actor, TargetSystemId id);

  Context& context_;
  oauth::Discovery& discovery_;
  Guarded<State> state_;
};

}  // namespace strongroom::vault
