#pragma once
// target-system test: tries a target system out and says which hop fails.

#include "cli/resources.h"

namespace strongroom::cli {

// Prints one line a hop, or the server's JSON. Ends with kDone where all is well; kTryAgain where
// trying again may help; kProviderFailed where somebody must change something first.
ExitCode test_target_system(Session& session, const Reference& reference);

}  // namespace strongroom::cli
