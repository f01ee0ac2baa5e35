#pragma once
// What keeps a target system's clients from new tokens at the moment, beside what its settings say.

#include <optional>
#include <string>

#include "base/clock.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// Why nothing is asked of its token endpoint at the moment, and until when at least.
struct ProviderPause {
  WallTime until{};
  std::string cause = {};  // the stable name of an oauth::FailureCause
};

// Its provider does not accept its credentials: nothing is asked for its clients.
struct TargetSystemFault {
  std::string cause = {};  // as above
  std::string message = {};
  std::string who_must_act = {};
  std::string where = {};
  WallTime since{};
};

struct TargetSystemTroubles {
  std::optional<ProviderPause> pause = {};
  std::optional<TargetSystemFault> fault = {};
};

TargetSystemTroubles troubles_of(const Context& context, const TargetSystem& system);

}  // namespace strongroom::vault
