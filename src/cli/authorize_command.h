#pragma once
// Has somebody sign in at a provider for an OAuth client: shows the link or the code, and waits.

#include "cli/output.h"
#include "cli/resources.h"

namespace strongroom::cli {

// Without `wait` it ends as soon as there is a link or code.
ExitCode authorize(Session& session, const Reference& client, bool wait);

}  // namespace strongroom::cli
