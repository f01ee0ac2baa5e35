#pragma once
// Target systems whose provider does not accept their credentials: invalid_client and its like.
//
// That is the target system's fault and not its clients': these stay what they are and are served
// as long as their tokens live, but nothing is asked for them, since each request would be refused
// like the first. It is said once, and tried again when the settings change, when somebody presses
// Test or Retrieve, or every hour with one client: another one than was refused last, where
// one comes, since what was refused may after all be the one client's own.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "oauth/failure_causes.h"
#include "vault/context.h"
#include "vault/lookup_entries.h"
#include "vault/target_system_troubles.h"
#include "vault/types.h"

namespace strongroom::vault {

// True: whatever client it is for, the provider would say the same.
bool is_fault_of_target_system(oauth::FailureCause cause);

// Safe to use from any thread.
class TargetSystemFaults {
 public:
  static constexpr Milliseconds kTryEvery{3'600'000};
  // How long a try is left to other clients than the one that was refused last.
  static constexpr Milliseconds kLeftToOthers{300'000};

  explicit TargetSystemFaults(Context& context) : context_(context) {}

  // Takes over what is stored; one client of each is tried again then. Errors: as of the store.
  Status load();

  // What a look-up of `client` is told whose token cannot be renewed therefore; nullopt: it may be
  // tried. Whoever gets that of one at fault, once an hour, is the one who tries.
  std::optional<Error> refusal(const TargetSystemEntry& system, OAuthClientId client);

  // A client's request was refused with `cause`, with the settings of `revision`. Where that may be
  // for the client's sake (its own tenant, or what its grant allows), it takes two clients. A try
  // that a person asked for leaves the time of the next one as it is. Blocks; what cannot be
  // written down is in force until the next start.
  struct Refused {
    TargetSystemId system = {};
    Revision revision = 0;
    OAuthClientId client = {};
    bool may_be_the_clients = false;
    bool is_by_person = false;
    oauth::FailureCause cause = oauth::FailureCause::kInvalidClient;
  };
  void note(const Refused& refused);
  // Its credentials were accepted. Blocks only where it was at fault.
  void note_accepted(TargetSystemId system);

  // nullopt: it is not at fault, or its settings are others now.
  std::optional<TargetSystemFault> find(TargetSystemId system, Revision revision);
  struct Listed {
    TargetSystemId system = {};
    TargetSystemFault fault = {};
  };
  // All that are at fault now.
  std::vector<Listed> list();

 private:
  struct Known {
    Revision revision = 0;
    OAuthClientId first = {};  // that was refused
    OAuthClientId last = {};   // too; none: since before the server started
    WallTime since{};
    BootTime next_try{};
    oauth::FailureCause cause = oauth::FailureCause::kInvalidClient;
    bool is_certain = false;  // false: it may be for the sake of `first`
  };
  bool keep(const Refused& refused, WallTime now);
  Status record(const Refused& refused, WallTime now);

  Context& context_;
  Guarded<std::map<TargetSystemId, Known>> known_;
};

}  // namespace strongroom::vault
