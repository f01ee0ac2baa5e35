#pragma once
// Has somebody sign in at a provider for an OAuth client: shows the link or the code, and waits.

#include <optional>
#include <string>

#include "cli/output.h"
#include "cli/resources.h"

namespace strongroom::cli {

// Without `wait` it ends as soon as there is a link or code.
ExitCode authorize(Session& session, const Reference& client, bool wait);

// Whose password is given away to the provider by way of the server.
struct PasswordSignIn {
  std::string username = {};
  // A file, or "-" for standard input; nullopt: it is asked for at the terminal, and not shown.
  std::optional<std::string> password_file = {};
};

// One try, at once. kUsage: there is neither a file nor a terminal.
ExitCode sign_in_with_password(Session& session, const Reference& client,
                               const PasswordSignIn& asked);

}  // namespace strongroom::cli
