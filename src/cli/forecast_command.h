#pragma once
// strongroom forecast: which clients stop working, when, why, and which robots use them.

#include <optional>
#include <string>

#include "cli/output.h"
#include "cli/resources.h"

namespace strongroom::cli {

struct ForecastOptions {
  std::optional<std::string> within = {};  // days; nullopt: as many as the server takes
  std::optional<std::string> owner = {};   // an e-mail address; nullopt: of everybody
  std::optional<std::string> page = {};
  std::optional<std::string> page_size = {};
};

// Prints one page, the soonest first, with the robots in one cell.
ExitCode forecast(Session& session, const ForecastOptions& options);

}  // namespace strongroom::cli
