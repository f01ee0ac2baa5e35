#include "app/provider_try_command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/provider_check_command.h"
#include "app/provider_walk.h"
#include "base/log.h"
#include "catalogue/catalogue.h"
#include "catalogue/provider_check.h"
#include "catalogue/provider_files.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/silent_terminal.h"
#include "http/curl_client.h"
#include "http/resolver.h"

namespace strongroom::app {

using catalogue::Grant;
using catalogue::Provider;

namespace {

constexpr std::array<Grant, 3> kGrants = {Grant::kClientCredentials, Grant::kAuthorizationCode,
                                          Grant::kTokenExchange};
constexpr std::array<catalogue::ClientAuthentication, 3> kMethods = {
    catalogue::ClientAuthentication::kClientSecretBasic,
    catalogue::ClientAuthentication::kClientSecretPost,
    catalogue::ClientAuthentication::kClientSecretJwt};

// A file wherever there is one; otherwise it is an id.
Result<Provider> find_entry(const std::string& entry) {
  std::error_code error;
  if (!std::filesystem::exists(entry, error)) {
    STRONGROOM_TRY(const auto built_in, catalogue::Catalogue::built_in());
    if (const auto found = built_in.find(entry)) return *found;
    return Error{Code::kNotFound, "There is neither such a file nor a built-in entry of this id.",
                 entry};
  }
  STRONGROOM_TRY(const catalogue::ProviderFile file, catalogue::one_provider_file(entry));
  catalogue::FileReport report = catalogue::check_provider_text(file.text);
  for (const catalogue::FileProblem& problem : report.problems) {
    std::cerr << problem_text(file.path, problem);
  }
  if (report.provider) return *std::move(report.provider);
  return Error{Code::kInvalidArgument, "The provider file is not valid."};
}

// nullopt for an empty name: the entry's first that a secret proves.
Result<std::optional<catalogue::ClientAuthentication>> method_to_try(const Provider& provider,
                                                                     const std::string& name) {
  for (const catalogue::ClientAuthentication method : provider.client_authentication) {
    const bool with_secret = std::ranges::find(kMethods, method) != kMethods.end();
    if (with_secret && (name.empty() || name == to_text(method))) {
      // Of an issuer the metadata says which is the strongest.
      if (provider.discovery && name.empty()) return std::nullopt;
      return method;
    }
  }
  return Error{Code::kInvalidArgument,
               "The entry does not offer this client authentication, or none with a secret, which "
               "is all that can be tried here.",
               name};
}

Result<oauth::ConsumerSecret> consumer_secret(const std::string& file) {
  if (!file.empty()) {
    STRONGROOM_TRY(const cli::InputText text, cli::read_secret(file));
    return oauth::ConsumerSecret(text.reveal());
  }
  const cli::SilentTerminal terminal;
  if (!terminal.ok()) {
    return Error{Code::kInvalidArgument,
                 "There is no terminal to ask for the secret: give --consumer-secret-file FILE."};
  }
  const cli::InputText typed = terminal.ask("Consumer secret (it is not shown): ");
  return oauth::ConsumerSecret(typed.reveal());
}

template <class Number>
Result<Number> number(const std::string& text, Number most, LiteralText message) {
  Number value{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size() && value <= most) {
    return value;
  }
  return Error{Code::kInvalidArgument, message, text};
}

// Starts the person's browser without a shell in between: what an entry says is an argument, and
// never a command. True: somebody took it.
bool open_in_browser(const std::string& url) {
  std::string program = "xdg-open";
  std::string address = url;
  std::array<char*, 3> words = {program.data(), address.data(), nullptr};
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  // What it says is not part of the transcript.
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, "xdg-open", &files, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  int status = 0;
  return failed == 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

void ask_person(const oauth::AuthorizationUrl& url, bool open_browser) {
  const std::string address(url.reveal());
  if (open_browser && open_in_browser(address)) {
    std::cerr << "The sign-in was opened in the browser. If nothing is there, open this:\n";
  } else {
    std::cerr << "Open this in a browser on this machine, and sign in:\n";
  }
  std::cerr << "  " << address << "\n" << std::flush;
}

Result<WalkSettings> settings_of(const cli::ProviderTryArguments& arguments) {
  STRONGROOM_TRY(Provider provider, find_entry(arguments.entry));
  STRONGROOM_TRY(const Grant grant, grant_to_try(provider, arguments.grant));
  STRONGROOM_TRY(const auto method, method_to_try(provider, arguments.client_authentication));
  STRONGROOM_TRY(catalogue::Parameters parameters, parameters_to_try(arguments.parameters));
  STRONGROOM_TRY(const auto port,
                 number<std::uint16_t>(arguments.port, 65'535, "--port is a number to 65535."));
  STRONGROOM_TRY(const auto seconds,
                 number<std::uint32_t>(arguments.wait_seconds, 3'600,
                                       "--wait is a number of seconds, at most 3600."));
  std::string ca_pem;
  if (!arguments.ca_file.empty()) {
    STRONGROOM_TRY(const cli::InputText pem, cli::read_input(arguments.ca_file));
    ca_pem = pem.reveal();
  }
  STRONGROOM_TRY(oauth::ConsumerSecret secret, consumer_secret(arguments.consumer_secret_file));
  std::optional<oauth::AccessToken> subject_token;
  if (!arguments.subject_token_file.empty()) {
    STRONGROOM_TRY(const cli::InputText text, cli::read_secret(arguments.subject_token_file));
    subject_token.emplace(text.reveal());
  }
  return WalkSettings{
      .provider = std::move(provider),
      .grant = grant,
      .parameters = std::move(parameters),
      .tenant = arguments.tenant,
      .consumer_key = arguments.consumer_key,
      .consumer_secret = std::move(secret),
      .subject_token = std::move(subject_token),
      .authentication = method,
      .scopes = arguments.scopes,
      .resource = arguments.resource,
      .trusted_ca_pem = std::move(ca_pem),
      .allowed_addresses = arguments.allowed_addresses,
      .proxy = arguments.proxy,
      .port = port,
      .patience = std::chrono::seconds(seconds),
      .keep = arguments.keep,
      .ask_person = [open = arguments.open_browser](
                        const oauth::AuthorizationUrl& url) { ask_person(url, open); },
  };
}

// With the place among the settings, which the message alone does not name.
int report(Error error) {
  if (const ErrorValue* const field = error.find("field"); field != nullptr) {
    error.detail = "at " + std::get<FieldPointer>(*field).text;
  }
  return static_cast<int>(cli::report_error(error));
}

}  // namespace

Result<Grant> grant_to_try(const Provider& provider, const std::string& name) {
  for (const Grant grant : kGrants) {
    if (provider.offers(grant) && (name.empty() || name == to_text(grant))) return grant;
  }
  return Error{Code::kInvalidArgument,
               "The entry does not offer this grant, or none that can be tried here.", name};
}

Result<catalogue::Parameters> parameters_to_try(const std::vector<std::string>& texts) {
  catalogue::Parameters parameters;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    const bool fits = equals != std::string::npos && equals != 0 &&
                      parameters.emplace(text.substr(0, equals), text.substr(equals + 1)).second;
    if (!fits) {
      return Error{Code::kInvalidArgument, "--parameter is NAME=VALUE, each name once.",
                   text.substr(0, equals)};
    }
  }
  return parameters;
}

int try_provider(const cli::ProviderTryArguments& arguments) {
  auto settings = settings_of(arguments);
  if (!settings) return report(std::move(settings).error());
  const SystemClock clock;
  Log log(clock, Log::Format::kText, Log::standard_error(), LogLevel::kWarning);
  http::SystemResolver resolver;
  http::CurlClient client(http::CurlClient::Options{.resolver_threads = 1}, clock, resolver, log);
  crypto::SystemRandom random;
  TryTranscript transcript(std::cout);
  transcript.line(cli::harmless(settings->provider.name) + " (" + settings->provider.id + "), " +
                  std::string(to_text(settings->grant)));
  ProviderWalk walk(
      *settings,
      {.client = client, .random = random, .clock = clock, .log = log, .transcript = transcript});
  const Status walked = walk.walk();
  if (!walked) return report(walked.error());
  transcript.line("\nThe entry works.");
  return 0;
}

}  // namespace strongroom::app
