#include "app/serve.h"

#include <csignal>
#include <filesystem>
#include <iostream>

#include <unistd.h>

#include "app/descriptor_limit.h"
#include "app/process_guard.h"
#include "app/server.h"
#include "app/supervisor.h"
#include "app/system_call_filter.h"
#include "cli/output.h"

namespace strongroom::app {
namespace {

constexpr Milliseconds kStopPatience{25'000};  // of the 30 s that a stop may take
constexpr int kSecondSignal = 1;

// Signals are taken by sigwaitinfo() on the main thread; every other thread inherits the block.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

// How a person in this directory would call this program.
std::string program_name() {
  std::error_code problem;
  const auto here = std::filesystem::current_path(problem);
  const auto program = std::filesystem::read_symlink("/proc/self/exe", problem);
  if (problem) return "strongroom";
  const auto relative = program.lexically_relative(here);
  const bool below = !relative.empty() && *relative.begin() != "..";
  return below ? relative.string() : "strongroom";
}

// How a person gets in. The password itself is never printed here: this output may be a log.
void greet_people(const Server& server, const std::string& program) {
  std::cout << "\nSign in: at " << server.addresses().reachable.front();
  if (const std::string file = server.initial_password_file(); !file.empty()) {
    std::cout << " as admin, with the password in\n  " << file
              << "\n  It has to be changed then, and the file is removed.\n";
  } else if (!server.has_password()) {
    std::cout << ", once somebody has a password:\n  " << program
              << " user reset-password admin --data " << server.data_directory() << "\n";
  } else {
    std::cout << "\n";
  }
}

void greet(const Server& server, const Config& config) {
  const ServerAddresses at = server.addresses();
  const std::string program = program_name();
  std::cout << "\nStrongroom serves at  " << at.reachable.front();
  for (std::size_t i = 1; i < at.reachable.size(); ++i) {
    std::cout << "\n                      " << at.reachable[i];
  }
  std::cout << "\nhealth and metrics at " << at.management << "\n";
  if (const std::string ca = server.local_ca(); !ca.empty()) {
    std::cout
        << "\nTrust: its certificate was made by a CA of its own, " << ca
        << "\n  for the command line  export STRONGROOM_CA_FILE=" << ca
        << "\n  for a browser         import that file as an authority"
        << "\n  or use your own       server.certificate and server.private_key in --config\n";
  }
  const std::string& data = server.data_directory();
  greet_people(server, program);
  std::cout << "\nCommand line: with an API key, made on this machine:"
            << "\n  " << program << " api-key create --data " << data
            << " --user admin --key-file admin.key"
            << "\n  export STRONGROOM_URL=" << at.address << " STRONGROOM_KEY_FILE=admin.key\n"
            << "\nNext: " << (server.has_api_key() ? "" : "make that key, then: ") << program
            << " project list   (more in README.md, \"A tour\")\n\n";
  if (config.text("profile") == "development") {
    std::cout << "Development profile: the root key lies beside the data. Not for production.\n\n";
  }
  std::cout.flush();
}

void wait_for_stop(Server& server, const Supervisor& supervisor, const sigset_t& signals) {
  for (;;) {
    int number = 0;
    if (sigwait(&signals, &number) != 0) return;
    if (number != SIGHUP) return;
    supervisor.reloading();
    server.reload();
    supervisor.ready();
  }
}

// What the process does without from now on, before there is anything that it could lose.
Status confine(const Config& config, Log& log) {
  STRONGROOM_CHECK(refuse_root(config));
  lock_memory(config, log);
  if (config.text("hardening.system_call_filter") == "true") return filter_system_calls();
  return {};
}

// From here on another SIGTERM or SIGINT ends the process as it would any other.
void let_a_second_signal_end_it() {
  sigset_t impatient;
  sigemptyset(&impatient);
  for (const int number : {SIGTERM, SIGINT}) {
    std::signal(number, [](int) { _exit(kSecondSignal); });
    sigaddset(&impatient, number);
  }
  pthread_sigmask(SIG_UNBLOCK, &impatient, nullptr);
}

}  // namespace

Result<Log> make_log(const Config& config, const Environment& environment, const Clock& clock) {
  constexpr std::pair<std::string_view, LogLevel> kLevels[] = {{"debug", LogLevel::kDebug},
                                                               {"info", LogLevel::kInfo},
                                                               {"warning", LogLevel::kWarning},
                                                               {"error", LogLevel::kError}};
  const std::string& format = config.text("log.format");
  if (format != "auto" && format != "json" && format != "text") {
    return Error{Code::kInvalidArgument, "log.format must be json, text or auto.", format};
  }
  const bool as_text = format == "text" || (format == "auto" && environment.error_terminal);
  for (const auto& [name, level] : kLevels) {
    if (name != config.text("log.level")) continue;
    return Log(clock, as_text ? Log::Format::kText : Log::Format::kJson, Log::standard_error(),
               level);
  }
  return Error{Code::kInvalidArgument, "log.level must be debug, info, warning or error.",
               config.text("log.level")};
}

int serve(const Config& config, const Environment& environment) {
  guard_process();
  raise_descriptor_limit();
  const sigset_t signals = block_signals();
  const SystemClock clock;
  crypto::SystemRandom random;
  auto log = make_log(config, environment, clock);
  if (!log) return static_cast<int>(cli::report_error(log.error()));
  if (const Status confined = confine(config, *log); !confined) {
    log->failed("The server cannot start.", confined.error());
    return static_cast<int>(cli::ExitCode::kError);
  }
  auto server = Server::start(config, {clock, random, *log, environment.credentials_directory});
  if (!server) {
    log->failed("The server cannot start.", server.error());
    return static_cast<int>(cli::ExitCode::kError);
  }
  const ServerAddresses at = (*server)->addresses();
  log->info("Serving.", {{"address", std::string_view(at.address)},
                         {"reachable_at", std::string_view(at.reachable.front())},
                         {"management", std::string_view(at.management)},
                         {"version", std::string_view(STRONGROOM_VERSION)}});
  const bool development = config.text("profile") == "development";
  if (development || environment.output_terminal) greet(**server, config);
  const Supervisor supervisor(environment.notify_socket);
  supervisor.ready();
  wait_for_stop(**server, supervisor, signals);
  supervisor.stopping();
  log->info("Stopping.");
  let_a_second_signal_end_it();
  (*server)->stop(kStopPatience);
  server->reset();
  log->info("Stopped.");
  return 0;
}

}  // namespace strongroom::app
