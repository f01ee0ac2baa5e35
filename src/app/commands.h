#pragma once
// The commands that work on the server's own host: serve, config, api-key create,
// user reset-password, user reset-second-factor, audit verify, audit trace-token.

#include <memory>
#include <string>

#include "app/config.h"
#include "base/result.h"
#include "cli/command_line.h"

namespace strongroom::app {

// What main() takes from the process's surroundings.
struct Environment {
  const char* const* variables = nullptr;
  std::string credentials_directory;
  std::string notify_socket;     // where the service manager wants to hear; see Supervisor
  bool error_terminal = false;   // standard error is a terminal
  bool output_terminal = false;  // standard output is one
};

// The configuration from its file, `environment` and flags, in this order.
Result<Config> read_config(const cli::ServerArguments& arguments, const Environment& environment);

// The configuration for a command that works on a data directory without the server.
Result<Config> offline_config(cli::ServerArguments server, const std::string& data_directory,
                              const Environment& environment);

// What cli::run() calls. `environment` must outlive it.
cli::ServerCommands server_commands(const Environment& environment);

}  // namespace strongroom::app
