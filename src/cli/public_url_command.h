#pragma once
// public-url show, public-url check: whether the server finds itself at its public URL.

#include "cli/resources.h"

namespace strongroom::cli {

// Asks with `method` at `path`; prints what the server saw, or its JSON. Ends with kError where it
// did not find itself.
ExitCode print_public_url(Session& session, const char* method, const char* path);

}  // namespace strongroom::cli
