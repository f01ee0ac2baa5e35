#pragma once
// Signing in from a terminal, and out (RFC 8628 from the terminal's side).

#include <string>

#include "cli/output.h"
#include "cli/resources.h"
#include "cli/saved_logins.h"

namespace strongroom::cli {

// Begins a sign-in at the server of `session`, says on standard error where to approve it, waits
// until somebody has, and keeps the key. What was kept for `url` before is revoked. `ca_pem` is
// what the connection trusts.
ExitCode login(Session& session, const SavedLogins& logins, const std::string& url,
               const std::string& ca_pem);

// Revokes the key of `login`, with which `session` asks, and forgets it. `only_here`: the server is
// not asked.
ExitCode logout(Session& session, const SavedLogins& logins, const SavedLogin& login,
                bool only_here);

}  // namespace strongroom::cli
