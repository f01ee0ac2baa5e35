#pragma once
// Target systems that register by themselves at their issuer's server.

#include <optional>
#include <string>
#include <string_view>

#include "cli/output.h"
#include "cli/resources.h"

namespace strongroom::cli {

// How to register. What is not given is left to the server.
struct RegistrationOptions {
  std::optional<std::string> initial_token_file = {};  // "-": standard input
  std::optional<std::string> way = {};                 // "document", "dynamic"
  bool replace = false;                                // also where there is a consumer key
};

// POST …/registration, and its answer.
ExitCode register_target_system(Session& s, const Reference& system,
                                const RegistrationOptions& options);
// The same with GET or DELETE.
ExitCode call_registration(Session& s, const Reference& system, std::string_view method);

}  // namespace strongroom::cli
