#pragma once
// What an OAuth client's next retrieval would send, for people who look for what is wrong before
// the provider is asked.

#include <optional>
#include <vector>

#include "base/clock.h"
#include "oauth/planned_request.h"
#include "vault/credential_use.h"

namespace strongroom::vault {

struct DryRunRequest {
  oauth::PlannedRequest request;
  std::optional<Uuid> credential;  // what it would prove with; none: nothing
  std::string credential_kind;
};

// In the order in which they would be sent: one after the first only where the provider did not
// accept the credential of the one before.
struct DryRun {
  std::vector<DryRunRequest> requests;
};

}  // namespace strongroom::vault
