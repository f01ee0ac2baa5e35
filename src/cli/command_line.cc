// Parsing, connecting, and the commands that are about no object of the REST API alone.

#include "cli/command_line.h"

#include <iostream>
#include <memory>
#include <utility>

#include "base/permission.h"
#include "cli/authorization_header_command.h"
#include "cli/forecast_command.h"
#include "cli/input.h"
#include "cli/lookup_commands.h"
#include "cli/output.h"
#include "cli/program.h"
#include "cli/public_url_command.h"
#include "cli/requests.h"
#include "cli/token_format.h"

namespace strongroom::cli {
namespace {

constexpr const char* kFooter =
    "Examples:\n"
    "  strongroom serve --data var --listen 127.0.0.1:8443\n"
    "  strongroom api-key create --data var --user admin --key-file admin.key\n"
    "  export STRONGROOM_URL=https://127.0.0.1:8443 STRONGROOM_CA_FILE=var/tls/ca.crt "
    "STRONGROOM_KEY_FILE=admin.key\n"
    "  strongroom user reset-password admin --data var\n"
    "  strongroom login --url https://127.0.0.1:8443 --ca-file var/tls/ca.crt\n"
    "  strongroom project list\n"
    "  strongroom token --project 'Default project' --target-system CRM --label nightly "
    "--key-file robot.key\n"
    "\n"
    "Exit codes: 0 done, 1 error, 2 usage, 3 not found, 4 not authorized, 5 somebody must sign "
    "in,\n"
    "6 the provider refused, 7 conflict, 75 try again later.\n";

std::vector<std::string> permission_names() {
  std::vector<std::string> names;
  names.reserve(std::size(kPermissionNames));
  for (const PermissionName& entry : kPermissionNames) names.emplace_back(entry.name);
  return names;
}

}  // namespace

Program::Program(const Defaults& defaults,
                 const std::function<std::unique_ptr<http::Client>()>& make_client,
                 const ServerCommands& commands)
    : defaults_(defaults),
      make_client_(make_client),
      commands_(commands),
      tree_("Strongroom holds the OAuth clients of your robots and gives them fresh tokens.",
            kFooter, STRONGROOM_VERSION) {}

int Program::run(int argc, const char* const* argv) {
  add_server_commands();
  add_projects();
  add_service_providers();
  add_provider_files();
  add_target_systems();
  add_oauth_clients();
  add_robots();
  add_access();
  add_secrets();
  add_kills();
  add_notifications();
  add_audit();
  add_keys();
  add_api_keys();
  add_login();
  add_users();
  add_groups();
  add_roles();
  add_lookups();
  add_launch();
  add_settings();
  add_secret_lookup();
  add_public_url();
  add_export();
  add_backups();
  return tree_.parse(argc, argv).value_or(exit_code_);
}

Command Program::verb(Command noun, const char* name, const char* help, Run run) {
  Command made = noun.command(name, help);
  server_address(made);
  made.option("--key-file", o_.key_file, "file with the key to use [STRONGROOM_KEY_FILE]");
  made.option("--output", o_.output, "table or json").must_be_one_of("--output", {"table", "json"});
  made.runs([this, run = std::move(run)] { exit_code_ = static_cast<int>(connect(run)); });
  return made;
}

void Program::server_address(Command command) {
  command.option("--url,--server", o_.url, "the server's address [STRONGROOM_URL]");
  command.option("--ca-file", o_.ca_file, "PEM of the CA to trust [STRONGROOM_CA_FILE]");
}

Result<Connection> Program::address() const {
  Connection connection;
  const std::string url = o_.url.empty() ? defaults_.url : o_.url;
  if (!url.empty()) connection.url = url;
  const std::string ca_file = o_.ca_file.empty() ? defaults_.ca_file : o_.ca_file;
  if (!ca_file.empty()) {
    STRONGROOM_TRY(const auto pem, read_input(ca_file));
    connection.ca_pem = pem.reveal();
  }
  return connection;
}

// A key file that was named counts before the sign-in that is kept.
Status Program::add_key(Connection& connection) {
  const std::string key_file = o_.key_file.empty() ? defaults_.key_file : o_.key_file;
  if (!key_file.empty()) {
    STRONGROOM_TRY(const auto key, read_secret(key_file));
    connection.key = Key{key.reveal()};
    return {};
  }
  const bool any_server = o_.url.empty() && defaults_.url.empty();
  STRONGROOM_TRY(
      auto saved,
      SavedLogins(defaults_.saved_logins).find(any_server ? std::string() : connection.url));
  if (!saved) {
    return Error{Code::kInvalidArgument,
                 "There is no key: sign in with strongroom login, give --key-file FILE or set "
                 "STRONGROOM_KEY_FILE."};
  }
  uses_saved_login_ = true;
  connection.url = saved->url;
  connection.key = std::move(saved->key);
  if (connection.ca_pem.empty()) connection.ca_pem = saved->ca_pem;
  return {};
}

ExitCode Program::connect(const Run& run) {
  auto connection = address();
  if (!connection) return report_error(connection.error());
  if (const Status added = add_key(*connection); !added) return report_error(added.error());
  const std::string url = connection->url;
  const ExitCode code = run_with(*std::move(connection), run);
  if (uses_saved_login_ && code == ExitCode::kNotAuthorized) {
    std::cerr << "  This was asked with the sign-in that is kept for " << url
              << "; strongroom login makes a new one.\n";
  }
  return code;
}

ExitCode Program::run_with(Connection connection, const Run& run) {
  const std::unique_ptr<http::Client> client = make_client_();
  Rest rest(*client, std::move(connection));
  const bool tables = o_.output.empty() ? defaults_.terminal : o_.output == "table";
  Session session{rest, tables ? Format::kTable : Format::kJson};
  return run(session);
}

void Program::add_server_commands() {
  Command serve = tree_.top().command("serve", "run the server");
  server_options(serve);
  serve.runs([this] { exit_code_ = commands_.serve(server_); });
  Command needs = tree_.top().command("permission-table", "what each route needs, as JSON");
  needs.hide();
  needs.runs([this] { exit_code_ = commands_.show_permissions(); });
  Command config = tree_.top().group("config", "the server's settings");
  Command shown = config.command("show", "every setting, its value and where it came from");
  server_options(shown);
  shown.runs([this] { exit_code_ = commands_.show_config(server_); });
  Command checked = config.command("check", "only say whether they are sound");
  server_options(checked);
  checked.runs([this] { exit_code_ = commands_.check_config(server_); });
}

void Program::server_options(Command app) {
  app.option("--config", server_.config_file, "a TOML file");
  const auto flag = [&](const char* name, const char* key, const char* help) {
    app.option(
        name,
        [this, name, key](const std::string& value) {
          server_.flags.push_back({name, key, value});
        },
        help);
  };
  flag("--data", "data.directory", "where the databases are");
  flag("--listen", "server.listen", "address:port for robots and people");
  flag("--management", "management.listen", "address:port of /livez, /readyz and /metrics");
  flag("--breached-passwords", "console.breached_passwords",
       "sorted file of SHA-1 hashes of passwords that nobody may choose");
  flag("--profile", "profile", "production or development");
}

void Program::add_api_keys() {
  Command app = tree_.top().group("api-key", "the keys of people and their scripts");
  Command made = app.command("create", "create a key, on the server's host; it is shown this once");
  made.option("--data", api_key_.data_directory, "the data directory").must_be_given("--data");
  made.option("--user", api_key_.user, "whose key it is").show_default("--user");
  made.option("--name", api_key_.name, "what it is for");
  made.option("--permission", api_key_.permissions, "repeatable; without: all")
      .must_be_one_of("--permission", permission_names());
  made.option("--expires-at", api_key_.expires_at, "2027-01-01; without: never");
  made.option("--key-file", api_key_.key_file, "a new file of mode 0600 for the key");
  made.option("--config", api_key_.server.config_file, "the server's TOML file");
  made.runs([this] { exit_code_ = commands_.create_api_key(api_key_); });
  list_options(verb(app, "list", "list them",
                    [this](Session& s) { return list(s, kApiKey, list_query(o_)); }),
               kApiKey);
  Command revoked = verb(app, "revoke", "stop a key at once", [this](Session& s) {
    return remove(s, kApiKey, {o_.name, {}}, true);
  });
  revoked.argument("ID", o_.name, "the key's id");
}

void Program::add_users() {
  Command app = tree_.top().group("user", "the people who sign in to the console");
  Command reset = app.command("reset-password",
                              "print a new password for a user, on the server's host, this once\n\n"
                              "The user's sessions end, and the password has to be changed at the "
                              "next sign-in. Works while\n"
                              "the server runs, and while it does not.\n\n"
                              "Example:\n"
                              "  strongroom user reset-password admin --data /var/lib/strongroom");
  reset.optional_argument("NAME", reset_password_.user, "whose password").show_default("NAME");
  reset.option("--data", reset_password_.data_directory, "the data directory")
      .must_be_given("--data");
  reset
      .option(
          "--permission", reset_password_.permissions,
          "repeatable: what the user may do from now on; without: as before, and everything for "
          "a user who never had a password")
      .must_be_one_of("--permission", permission_names());
  reset.option("--config", reset_password_.server.config_file, "the server's TOML file");
  reset.runs([this] { exit_code_ = commands_.reset_password(reset_password_); });
  add_user_commands(app);
  add_reset_second_factor(app);
}

void Program::add_reset_second_factor(Command users) {
  Command reset = users.command(
      "reset-second-factor",
      "end a user's second factor, on the server's host\n\n"
      "For somebody who has lost the phone and the recovery codes: the password alone "
      "is asked for until\nthey set up another one. Works while the server runs, and "
      "while it does not.\n\n"
      "Example:\n"
      "  strongroom user reset-second-factor ada --data /var/lib/strongroom");
  reset.argument("NAME", reset_second_factor_.user, "whose second factor");
  reset.option("--data", reset_second_factor_.data_directory, "the data directory")
      .must_be_given("--data");
  reset.option("--config", reset_second_factor_.server.config_file, "the server's TOML file");
  reset.runs([this] { exit_code_ = commands_.reset_second_factor(reset_second_factor_); });
}

void Program::add_lookups() {
  const auto options = [this](Command command) {
    command.option("--project", o_.lookup.project, "the project's name");
    command.option("--target-system", o_.lookup.target_system, "the target system's name");
    command.option("--label", o_.lookup.label, "the client's label");
    command.option("--id", o_.lookup.id, "the client's id, instead of the three names");
    command.option("--min-ttl", o_.lookup.min_ttl, "seconds it must live on, a promise");
    command.option("--run", o_.lookup.run, "seconds that the robot will run: it lives so long");
    command.option("--deadline", o_.lookup.deadline,
                   "until when the robot needs it, as 2026-11-24T06:00:00Z");
    command.option("--resource", o_.lookup.resource, "the one resource that the token is for");
  };
  const auto asked = std::make_shared<ForecastOptions>();
  Command soon = verb(tree_.top(), "forecast", "list which clients stop working, and when",
                      [asked](Session& s) { return forecast(s, *asked); });
  soon.option("--within", asked->within, "days from now, 1 to 365; 30 if not said")
      .option("--owner", asked->owner, "only that owner's, by e-mail address")
      .option("--page", asked->page, "which page")
      .option("--page-size", asked->page_size, "how many of them");
  options(verb(tree_.top(), "lookup", "look a token up, with a robot key",
               [this](Session& s) { return lookup(s, o_.lookup); }));
  Command bare = verb(tree_.top(), "token", "print the access token alone, with a robot key",
                      [this](Session& s) {
                        const bool as_person = !o_.token_action.empty();
                        return (as_person ? extract : token)(s, o_.lookup, o_.token_style);
                      });
  bare.optional_argument("ACTION", o_.token_action,
                         "extract: as a person, with a user API key; the audit trail says so")
      .must_be_one_of("ACTION", {"extract"});
  options(bare);
  bare.option("--format", o_.token_style.format, "how to write it; xoauth2 and oauthbearer: SASL")
      .must_be_one_of("--format", token_format_names())
      .show_default("--format");
  bare.option("--user", o_.token_style.user, "the mailbox, for xoauth2 and oauthbearer");
  add_authorization_header();
}

void Program::add_authorization_header() {
  const auto asked = std::make_shared<AuthorizationHeaderOptions>();
  Command header = verb(tree_.top(), "authorization-header",
                        "print what one request to a resource has to carry, with a robot key",
                        [this, asked](Session& s) {
                          // A pipe to curl is what it is for: there the headers, too.
                          asked->whole_answer = o_.output == "json";
                          return authorization_header(s, *asked);
                        });
  header.argument("URL", asked->url, "the address of the request, as it will be sent");
  header.option("--id", asked->id, "the client's id").must_be_given("--id");
  header.option("--method", asked->method, "of the request").show_default("--method");
  header.option("--form", asked->form, "NAME=VALUE of the request's form body; repeatable");
  header.option("--min-ttl", asked->min_ttl, "seconds the token behind it must live on, a promise");
  header.option("--run", asked->run, "seconds that the robot will run: it lives so long");
  header.option("--deadline", asked->deadline, "until when the robot needs it, RFC 3339");
  header.option("--resource", asked->resource, "the one resource that the token is for");
  header.option("--dpop-nonce", asked->dpop_nonce, "what the resource said last as DPoP-Nonce");
}

void Program::add_public_url() {
  Command app =
      tree_.top().group("public-url", "whether people reach the server at its public URL");
  verb(app, "show", "what the server saw when it last tried",
       [](Session& s) { return print_public_url(s, "GET", "/public-url"); });
  verb(app, "check", "have the server try it now",
       [](Session& s) { return print_public_url(s, "POST", "/public-url/check"); });
}

int run(int argc, const char* const* argv, const Defaults& defaults,
        const std::function<std::unique_ptr<http::Client>()>& make_client,
        const ServerCommands& commands) {
  return Program(defaults, make_client, commands).run(argc, argv);
}

}  // namespace strongroom::cli
