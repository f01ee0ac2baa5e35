// strongroom: the server and the command line in one program.

#include <cstdlib>
#include <memory>

#include <unistd.h>

#include "app/commands.h"
#include "app/process_guard.h"
#include "base/clock.h"
#include "base/log.h"
#include "cli/command_line.h"
#include "http/curl_client.h"
#include "http/resolver.h"

namespace {

using namespace strongroom;  // NOLINT(google-build-using-namespace): this is the program

std::string variable(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread yet
  return value == nullptr ? "" : value;
}

// Where programs keep what is the person's own (XDG Base Directory Specification): a path that is
// not absolute counts as not set.
std::string saved_logins_directory() {
  const std::string configured = variable("XDG_CONFIG_HOME");
  if (configured.starts_with('/')) return configured + "/strongroom";
  const std::string home = variable("HOME");
  return home.starts_with('/') ? home + "/.config/strongroom" : "";
}

// What the command line's HTTP client stands on.
struct ClientParts {
  SystemClock clock;
  http::SystemResolver resolver;
  Log log{clock, Log::Format::kText, Log::standard_error(), LogLevel::kWarning};
};

}  // namespace

int main(int argc, char** argv) {
  app::refuse_core_files();
  const app::Environment environment{
      .variables = environ,
      .credentials_directory = variable("CREDENTIALS_DIRECTORY"),
      .notify_socket = variable("NOTIFY_SOCKET"),
      .error_terminal = isatty(STDERR_FILENO) == 1,
      .output_terminal = isatty(STDOUT_FILENO) == 1,
  };
  const cli::Defaults defaults{
      .url = variable("STRONGROOM_URL"),
      .ca_file = variable("STRONGROOM_CA_FILE"),
      .key_file = variable("STRONGROOM_KEY_FILE"),
      .saved_logins = saved_logins_directory(),
      .terminal = environment.output_terminal,
  };
  ClientParts parts;
  const auto make_client = [&parts]() -> std::unique_ptr<http::Client> {
    return std::make_unique<http::CurlClient>(http::CurlClient::Options{.resolver_threads = 1},
                                              parts.clock, parts.resolver, parts.log);
  };
  return cli::run(argc, argv, defaults, make_client, app::server_commands(environment));
}
