// The tree of commands. The only file that includes CLI11, which is slow to compile.

#include "cli/command_line.h"

#include <iostream>
#include <optional>

#include <CLI/CLI.hpp>

#include "base/json.h"
#include "base/permission.h"
#include "cli/input.h"
#include "cli/json_body.h"
#include "cli/lookup_commands.h"
#include "cli/output.h"
#include "cli/resources.h"

namespace strongroom::cli {
namespace {

constexpr const char* kFooter =
    "Examples:\n"
    "  strongroom serve --data var --listen 127.0.0.1:8443\n"
    "  strongroom api-key create --data var --user admin --key-file admin.key\n"
    "  export STRONGROOM_URL=https://127.0.0.1:8443 STRONGROOM_CA_FILE=var/tls/ca.crt "
    "STRONGROOM_KEY_FILE=admin.key\n"
    "  strongroom project list\n"
    "  strongroom token --project 'Default project' --target-system CRM --label nightly "
    "--key-file robot.key\n"
    "\n"
    "Exit codes: 0 done, 1 error, 2 usage, 3 not found, 4 not authorized, 5 somebody must sign "
    "in,\n"
    "6 the provider refused, 7 conflict, 75 try again later.\n";

constexpr const char* kRobotName = "its name, path/name or id";

// Options that several commands share, as they were given.
struct Options {
  // The connection.
  std::string url;
  std::string ca_file;
  std::string key_file;
  std::string output;
  // Naming an object.
  std::string name;
  std::optional<std::string> project;
  std::optional<std::string> target_system;
  std::optional<std::string> path;
  bool yes = false;
  // Lists.
  std::optional<std::string> filter;
  std::optional<std::string> sort;
  std::optional<std::string> page;
  std::optional<std::string> page_size;
  std::optional<std::string> state;
  std::optional<std::string> tag;
  std::optional<std::string> action;
  std::optional<std::string> outcome;
  bool deleted = false;
  // Fields.
  std::optional<std::string> new_name;
  std::optional<std::string> description;
  std::optional<std::string> provider;
  std::optional<std::string> grant;
  std::optional<std::string> token_endpoint;
  std::optional<std::string> consumer_key;
  std::optional<std::string> client_authentication;
  std::optional<std::string> supported_accounts;
  std::optional<std::string> default_tenant;
  std::optional<std::string> tenant;
  std::optional<std::string> owner_name;
  std::optional<std::string> owner_email;
  std::optional<std::string> kind;
  std::optional<std::string> secret_expires_on;
  std::optional<std::string> trusted_ca_file;
  std::vector<std::string> consumer_secret_files;
  std::vector<std::string> scopes;
  std::vector<std::string> parameters;
  std::vector<std::string> allowed_addresses;
  std::vector<std::string> tags;
  std::optional<bool> allow_basic_engine_robots;
  bool draft = false;
  // Robots, access, look-ups.
  std::optional<std::string> robot;
  std::optional<std::string> path_pattern;
  std::string oauth_client;
  std::string new_key_file;
  std::string key_id;
  std::optional<std::string> min_ttl;
  LookupNames lookup;
};

class Program {
 public:
  Program(const Defaults& defaults,
          const std::function<std::unique_ptr<http::Client>()>& make_client,
          const ServerCommands& commands)
      : defaults_(defaults), make_client_(make_client), commands_(commands) {}

  int run(int argc, const char* const* argv) {
    top_.footer(kFooter);
    top_.require_subcommand(1);
    top_.set_version_flag("--version", STRONGROOM_VERSION);
    add_server_commands();
    add_projects();
    add_service_providers();
    add_target_systems();
    add_oauth_clients();
    add_robots();
    add_access();
    add_audit();
    add_api_keys();
    add_lookups();
    try {
      top_.parse(argc, argv);
    } catch (const CLI::Success& asked) {  // --help, --version
      return top_.exit(asked);
    } catch (const CLI::ParseError& wrong) {
      top_.exit(wrong);
      return static_cast<int>(ExitCode::kUsage);
    }
    return exit_code_;
  }

 private:
  using Run = std::function<ExitCode(Session&)>;

  CLI::App* group(const char* name, const char* help) {
    CLI::App* const made = top_.add_subcommand(name, help);
    made->require_subcommand(1);
    return made;
  }

  // A command that talks to the server.
  CLI::App* verb(CLI::App* noun, const char* name, const char* help, Run run) {
    CLI::App* const made = noun->add_subcommand(name, help);
    made->add_option("--url", o_.url, "the server's address [STRONGROOM_URL]");
    made->add_option("--ca-file", o_.ca_file, "PEM of the CA to trust [STRONGROOM_CA_FILE]");
    made->add_option("--key-file", o_.key_file, "file with the key to use [STRONGROOM_KEY_FILE]");
    made->add_option("--output", o_.output, "table or json")
        ->check(CLI::IsMember({"table", "json"}));
    made->callback([this, run = std::move(run)] { exit_code_ = static_cast<int>(connect(run)); });
    return made;
  }

  ExitCode connect(const Run& run) {
    Connection connection;
    const auto first = [](const std::string& given, const std::string& otherwise) {
      return given.empty() ? otherwise : given;
    };
    if (const std::string url = first(o_.url, defaults_.url); !url.empty()) connection.url = url;
    if (const std::string file = first(o_.ca_file, defaults_.ca_file); !file.empty()) {
      const auto pem = read_input(file);
      if (!pem) return report_error(pem.error());
      connection.ca_pem = pem->reveal();
    }
    const std::string key_file = first(o_.key_file, defaults_.key_file);
    if (key_file.empty()) {
      std::cerr << "error: no key; give --key-file FILE or set STRONGROOM_KEY_FILE\n";
      return ExitCode::kUsage;
    }
    const auto key = read_secret(key_file);
    if (!key) return report_error(key.error());
    connection.key = Key{key->reveal()};
    const std::unique_ptr<http::Client> client = make_client_();
    Rest rest(*client, std::move(connection));
    const bool tables = o_.output.empty() ? defaults_.terminal : o_.output == "table";
    Session session{rest, tables ? Format::kTable : Format::kJson};
    return run(session);
  }

  // --- options that several commands share ---

  static void option(CLI::App* app, const char* flag, std::optional<std::string>& value,
                     const char* help) {
    app->add_option(flag, value, help);
  }
  void name_argument(CLI::App* app, const char* help = "its name or id") {
    app->add_option("NAME", o_.name, help)->required();
  }
  void in_project(CLI::App* app) {
    option(app, "--project", o_.project, "the project's name or id");
  }
  void in_target_system(CLI::App* app) {
    option(app, "--target-system", o_.target_system, "the target system's name or id");
  }
  void list_options(CLI::App* app) {
    option(app, "--filter", o_.filter, "part of the name, or with ? and *");
    option(app, "--sort", o_.sort, "name, or -name for descending");
    option(app, "--page", o_.page, "from 1");
    option(app, "--page-size", o_.page_size, "1 to 1000");
  }
  QueryParameters list_query() const {
    QueryParameters query;
    const auto add = [&](std::string_view name, const std::optional<std::string>& value) {
      if (value) query.emplace_back(name, *value);
    };
    add("filter", o_.filter);
    add("sort", o_.sort);
    add("page", o_.page);
    add("page_size", o_.page_size);
    add("project", o_.project);
    add("target_system", o_.target_system);
    add("state", o_.state);
    add("service_provider", o_.provider);
    add("tag", o_.tag);
    add("action", o_.action);
    add("outcome", o_.outcome);
    if (o_.deleted) query.emplace_back("deleted", "true");
    return query;
  }
  Reference reference() const {
    Reference made{o_.name, {}};
    if (o_.project) made.narrowed_by.emplace_back("project", *o_.project);
    if (o_.target_system) made.narrowed_by.emplace_back("target_system", *o_.target_system);
    return made;
  }

  // list, show, delete and restore, which every noun has.
  void add_common(CLI::App* app, const Noun& noun, void (Program::*narrow)(CLI::App*)) {
    CLI::App* const listed = verb(app, "list", "list them", [this, &noun](Session& s) {
      return list(s, noun, list_query());
    });
    list_options(listed);
    listed->add_flag("--deleted", o_.deleted, "what was deleted and can be restored");
    const auto by_name = [&](const char* name, const char* help, Run run) {
      CLI::App* const made = verb(app, name, help, std::move(run));
      name_argument(made, noun.path_member.empty() ? "its name or id" : kRobotName);
      if (narrow != nullptr) (this->*narrow)(made);
      return made;
    };
    if (narrow != nullptr) (this->*narrow)(listed);
    by_name("show", "show one", [this, &noun](Session& s) { return show(s, noun, reference()); });
    by_name("delete", "say what deleting it affects; with --yes, delete it",
            [this, &noun](Session& s) { return remove(s, noun, reference(), o_.yes); })
        ->add_flag("--yes", o_.yes, "really delete");
    by_name("restore", "undo a deletion of the last seven days",
            [this, &noun](Session& s) { return act(s, noun, reference(), "restore"); });
  }

  void narrow_by_project(CLI::App* app) { in_project(app); }
  void narrow_by_target_system(CLI::App* app) {
    in_project(app);
    in_target_system(app);
  }

  static std::string owner_json(const Options& o) {
    std::string owner = "{";
    const auto add = [&](std::string_view name, const std::optional<std::string>& value) {
      if (!value) return;
      if (owner.size() > 1) owner += ",";
      append_json_string(owner, name);
      owner += ":";
      append_json_string(owner, *value);
    };
    add("name", o.owner_name);
    add("email", o.owner_email);
    return owner + "}";
  }
  void owner_options(CLI::App* app) {
    option(app, "--owner-name", o_.owner_name, "who answers for it");
    option(app, "--owner-email", o_.owner_email, "and where to reach them");
  }
  void add_owner(JsonBody& body) const {
    if (o_.owner_name || o_.owner_email) body.add_raw("owner", owner_json(o_));
  }

  // --- the nouns ---

  void add_server_commands() {
    CLI::App* const serve = top_.add_subcommand("serve", "run the server");
    server_options(serve);
    serve->callback([this] { exit_code_ = commands_.serve(server_); });
    CLI::App* const config = group("config", "the server's settings");
    CLI::App* const shown =
        config->add_subcommand("show", "every setting, its value and where it came from");
    server_options(shown);
    shown->callback([this] { exit_code_ = commands_.show_config(server_); });
    CLI::App* const checked = config->add_subcommand("check", "only say whether they are sound");
    server_options(checked);
    checked->callback([this] { exit_code_ = commands_.check_config(server_); });
  }
  void server_options(CLI::App* app) {
    app->add_option("--config", server_.config_file, "a TOML file");
    const auto flag = [&](const char* name, const char* key, const char* help) {
      app->add_option_function<std::string>(
          name,
          [this, name, key](const std::string& value) {
            server_.flags.push_back({name, key, value});
          },
          help);
    };
    flag("--data", "data.directory", "where the databases are");
    flag("--listen", "server.listen", "address:port for robots and people");
    flag("--management", "management.listen", "address:port of /livez, /readyz and /metrics");
    flag("--profile", "profile", "production or development");
  }

  void add_projects() {
    CLI::App* const app = group("project", "the compartments");
    add_common(app, kProject, nullptr);
    CLI::App* const made = verb(app, "create", "create one", [this](Session& s) {
      JsonBody body;
      body.add("name", std::string_view(o_.name));
      body.add("description", o_.description);
      return create(s, kProject, body.body());
    });
    name_argument(made, "its name");
    option(made, "--description", o_.description, "what it is for");
    CLI::App* const changed = verb(app, "update", "change one", [this](Session& s) {
      JsonBody body;
      body.add("name", o_.new_name);
      body.add("description", o_.description);
      return update(s, kProject, reference(), body.body());
    });
    name_argument(changed);
    option(changed, "--name", o_.new_name, "another name");
    option(changed, "--description", o_.description, "what it is for");
  }

  void add_service_providers() {
    CLI::App* const app = group("service-provider", "the catalogue");
    verb(app, "list", "list them", [](Session& s) { return list(s, kServiceProvider, {}); });
    name_argument(verb(app, "show", "show one",
                       [this](Session& s) {
                         const auto answer =
                             s.rest.call("GET", "/service-providers/" + percent_encode(o_.name));
                         return answer ? print(s, *answer) : report_error(answer.error());
                       }),
                  "its id");
  }

  void target_system_fields(CLI::App* app) {
    option(app, "--provider", o_.provider, "the service provider's id; see service-provider list");
    option(app, "--grant", o_.grant, "the token grant flow: client_credentials");
    option(app, "--token-endpoint", o_.token_endpoint, "https address (generic provider)");
    option(app, "--consumer-key", o_.consumer_key, "the application's client id");
    app->add_option("--consumer-secret-file", o_.consumer_secret_files,
                    "file with its secret, - for standard input; twice while one is replaced")
        ->expected(1, 2);
    option(app, "--secret-expires-on", o_.secret_expires_on, "2027-06-30");
    option(app, "--client-authentication", o_.client_authentication,
           "provider_default, client_secret_basic or client_secret_post");
    app->add_option("--scope", o_.scopes, "a scope; may be repeated");
    app->add_option("--parameter", o_.parameters, "NAME=VALUE the provider asks for; repeatable");
    option(app, "--trusted-ca-file", o_.trusted_ca_file, "PEM: trust these CAs and no others");
    app->add_option("--allow-address", o_.allowed_addresses,
                    "a range beyond the public internet, 10.1.0.0/16; repeatable");
    option(app, "--supported-accounts", o_.supported_accounts,
           "this_directory_only, any_directory or with_personal_accounts (Microsoft)");
    option(app, "--default-tenant", o_.default_tenant, "for clients without one (Microsoft)");
    option(app, "--description", o_.description, "what it is");
    app->add_option("--tag", o_.tags, "repeatable");
    owner_options(app);
  }
  Status add_secrets(JsonBody& body) const {
    if (o_.consumer_secret_files.empty()) return {};
    std::string list = "[";
    for (const std::string& file : o_.consumer_secret_files) {
      const auto secret = read_secret(file);
      if (!secret) return secret.error();
      JsonBody one;
      one.add_secret("value", *secret);
      one.add("expires_on", o_.secret_expires_on);
      if (list.size() > 1) list += ",";
      const http::RequestBody text = one.body();
      list.append(text.reveal());
    }
    list += "]";
    body.add_raw("consumer_secrets", list);
    wipe(list);
    return {};
  }
  Status add_parameters(JsonBody& body) const {
    if (o_.parameters.empty()) return {};
    std::string object = "{";
    for (const std::string& pair : o_.parameters) {
      const std::size_t equals = pair.find('=');
      if (equals == std::string::npos) {
        return Error{Code::kInvalidArgument, "--parameter wants NAME=VALUE.", pair};
      }
      if (object.size() > 1) object += ",";
      append_json_string(object, std::string_view(pair).substr(0, equals));
      object += ":";
      append_json_string(object, std::string_view(pair).substr(equals + 1));
    }
    body.add_raw("endpoint_parameters", object + "}");
    return {};
  }
  Status add_target_system_fields(JsonBody& body) const {
    body.add("service_provider", o_.provider);
    body.add("grant", o_.grant);
    body.add("token_endpoint", o_.token_endpoint);
    body.add("consumer_key", o_.consumer_key);
    body.add("client_authentication", o_.client_authentication);
    body.add("scopes", o_.scopes);
    body.add("allowed_addresses", o_.allowed_addresses);
    body.add("supported_accounts", o_.supported_accounts);
    body.add("default_tenant", o_.default_tenant);
    body.add("description", o_.description);
    body.add("tags", o_.tags);
    add_owner(body);
    if (o_.trusted_ca_file) {
      STRONGROOM_TRY(const InputText pem, read_input(*o_.trusted_ca_file));
      body.add("trusted_ca_pem", pem.reveal());
    }
    STRONGROOM_CHECK(add_parameters(body));
    return add_secrets(body);
  }
  void add_target_systems() {
    CLI::App* const app = group("target-system", "where robots sign in to");
    add_common(app, kTargetSystem, &Program::narrow_by_project);
    CLI::App* const made = verb(app, "create", "create one", [this](Session& s) {
      JsonBody body;
      body.add("name", std::string_view(o_.name));
      body.add("project", o_.project);
      if (const Status added = add_target_system_fields(body); !added) {
        return report_error(added.error());
      }
      return create(s, kTargetSystem, body.body());
    });
    name_argument(made, "its name");
    option(made, "--project", o_.project, "the project's name or id; without: all projects");
    target_system_fields(made);
    CLI::App* const changed = verb(app, "update", "change one", [this](Session& s) {
      JsonBody body;
      body.add("name", o_.new_name);
      if (const Status added = add_target_system_fields(body); !added) {
        return report_error(added.error());
      }
      return update(s, kTargetSystem, reference(), body.body());
    });
    name_argument(changed);
    in_project(changed);
    option(changed, "--name", o_.new_name, "another name");
    target_system_fields(changed);
    CLI::App* const approved =
        verb(app, "approve-destination", "let its stored secrets go to its changed destination",
             [this](Session& s) { return approve(s); });
    name_argument(approved);
    in_project(approved);
  }
  ExitCode approve(Session& s) const {
    const auto id = resolve(s, kTargetSystem, reference());
    if (!id) return report_error(id.error());
    const auto before = s.rest.call("GET", "/target-systems/" + *id);
    if (!before) return report_error(before.error());
    const auto answer = s.rest.call("POST", "/target-systems/" + *id + "/approve-destination", {},
                                    nullptr, before->etag);
    return answer ? print(s, *answer) : report_error(answer.error());
  }

  void oauth_client_fields(CLI::App* app) {
    option(app, "--tenant", o_.tenant, "GUID or domain (Microsoft)");
    app->add_option("--allow-basic-engine-robots", o_.allow_basic_engine_robots, "true or false");
    owner_options(app);
  }
  void add_oauth_client_fields(JsonBody& body) const {
    body.add("tenant", o_.tenant);
    body.add("allow_basic_engine_robots", o_.allow_basic_engine_robots);
    add_owner(body);
  }
  void add_oauth_clients() {
    CLI::App* const app = group("oauth-client", "what robots use to reach a target system");
    add_common(app, kOAuthClient, &Program::narrow_by_target_system);
    CLI::App* const made = verb(app, "create", "create one", [this](Session& s) {
      JsonBody body;
      body.add("label", std::string_view(o_.name));
      body.add("project", o_.project);
      body.add("target_system", o_.target_system);
      if (o_.draft) body.add_raw("draft", "true");
      add_oauth_client_fields(body);
      return create(s, kOAuthClient, body.body());
    });
    made->add_option("LABEL", o_.name, "its label")->required();
    in_project(made);
    in_target_system(made);
    oauth_client_fields(made);
    made->add_flag("--draft", o_.draft, "keep it invisible to robots for now");
    CLI::App* const changed = verb(app, "update", "change one", [this](Session& s) {
      JsonBody body;
      body.add("label", o_.new_name);
      add_oauth_client_fields(body);
      return update(s, kOAuthClient, reference(), body.body());
    });
    name_argument(changed, "its label or id");
    narrow_by_target_system(changed);
    option(changed, "--label", o_.new_name, "another label; the old one answers for 30 days");
    oauth_client_fields(changed);
    add_switch(app, "disable", "stop look-ups of it at once", "disabled", "true");
    add_switch(app, "enable", "let robots look it up again", "disabled", "false");
    add_switch(app, "finish", "make a draft visible to the robots that may read it", "draft",
               "false");
    CLI::App* const retrieved =
        verb(app, "retrieve-tokens", "have a new access token retrieved now",
             [this](Session& s) { return act(s, kOAuthClient, reference(), "retrieve-tokens"); });
    name_argument(retrieved, "its label or id");
    narrow_by_target_system(retrieved);
  }
  void add_switch(CLI::App* app, const char* name, const char* help, const char* member,
                  const char* value) {
    CLI::App* const made = verb(app, name, help, [this, member, value](Session& s) {
      JsonBody body;
      body.add_raw(member, value);
      return update(s, kOAuthClient, reference(), body.body());
    });
    name_argument(made, "its label or id");
    narrow_by_target_system(made);
  }

  void add_robots() {
    CLI::App* const app = group("robot", "who may ask");
    add_common(app, kRobot, &Program::narrow_by_project);
    const auto fields = [this](CLI::App* command) {
      option(command, "--path", o_.path, "finance/invoices");
      option(command, "--kind", o_.kind, "robot or basic_engine");
    };
    CLI::App* const made = verb(app, "create", "create one", [this](Session& s) {
      JsonBody body;
      body.add("name", std::string_view(o_.name));
      body.add("project", o_.project);
      body.add("path", o_.path);
      body.add("kind", o_.kind);
      return create(s, kRobot, body.body());
    });
    name_argument(made, "its name");
    in_project(made);
    fields(made);
    CLI::App* const changed = verb(app, "update", "rename or move one", [this](Session& s) {
      JsonBody body;
      body.add("name", o_.new_name);
      body.add("path", o_.path);
      body.add("kind", o_.kind);
      return update(s, kRobot, reference(), body.body());
    });
    name_argument(changed, kRobotName);
    in_project(changed);
    option(changed, "--name", o_.new_name, "another name");
    fields(changed);
    add_robot_keys(app);
  }
  void add_robot_keys(CLI::App* robots) {
    CLI::App* const app = robots->add_subcommand("key", "a robot's keys; two may live at a time");
    app->require_subcommand(1);
    const auto by_robot = [this](CLI::App* command) {
      name_argument(command, "the robot's name, path/name or id");
      in_project(command);
    };
    CLI::App* const made =
        verb(app, "create", "create a key; it is shown this once",
             [this](Session& s) { return create_robot_key(s, reference(), o_.new_key_file); });
    by_robot(made);
    made->add_option("--write-to", o_.new_key_file, "a new file of mode 0600 for the key");
    by_robot(verb(app, "list", "list them",
                  [this](Session& s) { return list_robot_keys(s, reference()); }));
    CLI::App* const revoked = verb(app, "revoke", "stop a key at once", [this](Session& s) {
      return revoke_robot_key(s, reference(), o_.key_id);
    });
    by_robot(revoked);
    revoked->add_option("KEY", o_.key_id, "the key's id")->required();
  }

  void add_access() {
    CLI::App* const app = group("access", "which robots may read which OAuth client");
    CLI::App* const listed = verb(app, "list", "list the rules", [this](Session& s) {
      return list(s, kRobotAccess, list_query());
    });
    in_project(listed);
    list_options(listed);
    CLI::App* const granted =
        verb(app, "grant", "let a robot, or a path, read a client", [this](Session& s) {
          return grant_access(s, AccessGrant{o_.oauth_client, o_.project, o_.target_system,
                                             o_.robot, o_.path_pattern});
        });
    granted->add_option("--oauth-client", o_.oauth_client, "its label or id")->required();
    narrow_by_target_system(granted);
    auto* const robot = granted->add_option("--robot", o_.robot, "its name, path/name or id");
    granted->add_option("--path", o_.path_pattern, "finance/invoices, finance/*, finance/**")
        ->excludes(robot);
    CLI::App* const revoked = verb(app, "revoke", "take a rule away", [this](Session& s) {
      return remove(s, kRobotAccess, {o_.name, {}}, true);
    });
    revoked->add_option("ID", o_.name, "the rule's id")->required();
  }

  void add_audit() {
    CLI::App* const app = group("audit", "who did what, and who got what");
    CLI::App* const listed = verb(app, "list", "newest first", [this](Session& s) {
      return list(s, kAuditEvent, list_query());
    });
    in_project(listed);
    option(listed, "--action", o_.action, "token.handed_out, lookup.denied, …");
    option(listed, "--outcome", o_.outcome, "success, denied or failure");
    option(listed, "--page-size", o_.page_size, "1 to 1000");
    CLI::App* const verified =
        app->add_subcommand("verify", "check the whole chain, on the server's host");
    verified->add_option("--data", api_key_.data_directory, "the data directory")->required();
    verified->add_option("--output", o_.output, "table or json")
        ->check(CLI::IsMember({"table", "json"}));
    verified->callback([this] {
      exit_code_ = commands_.verify_audit(api_key_.data_directory, o_.output == "json");
    });
  }

  void add_api_keys() {
    CLI::App* const app = group("api-key", "the keys of people and their scripts");
    CLI::App* const made =
        app->add_subcommand("create", "create a key, on the server's host; it is shown this once");
    made->add_option("--data", api_key_.data_directory, "the data directory")->required();
    made->add_option("--user", api_key_.user, "whose key it is")->capture_default_str();
    made->add_option("--name", api_key_.name, "what it is for");
    made->add_option("--permission", api_key_.permissions, "repeatable; without: all")
        ->check(CLI::IsMember(permission_names()));
    made->add_option("--expires-at", api_key_.expires_at, "2027-01-01; without: never");
    made->add_option("--key-file", api_key_.key_file, "a new file of mode 0600 for the key");
    made->add_option("--config", api_key_.server.config_file, "the server's TOML file");
    made->callback([this] { exit_code_ = commands_.create_api_key(api_key_); });
    verb(app, "list", "list them", [](Session& s) { return list(s, kApiKey, {}); });
    CLI::App* const revoked = verb(app, "revoke", "stop a key at once", [this](Session& s) {
      return remove(s, kApiKey, {o_.name, {}}, true);
    });
    revoked->add_option("ID", o_.name, "the key's id")->required();
    verb(&top_, "whoami", "whose key this is, and what it may do", [](Session& s) {
      const auto answer = s.rest.call("GET", "/whoami");
      return answer ? print(s, *answer) : report_error(answer.error());
    });
  }

  void add_lookups() {
    const auto options = [this](CLI::App* command) {
      command->add_option("--project", o_.lookup.project, "the project's name");
      command->add_option("--target-system", o_.lookup.target_system, "the target system's name");
      command->add_option("--label", o_.lookup.label, "the client's label");
      command->add_option("--id", o_.lookup.id, "the client's id, instead of the three names");
      command->add_option("--min-ttl", o_.lookup.min_ttl, "seconds it must live on, a promise");
    };
    options(verb(&top_, "lookup", "look a token up, with a robot key",
                 [this](Session& s) { return lookup(s, o_.lookup); }));
    options(verb(&top_, "token", "print the bare access token, with a robot key",
                 [this](Session& s) { return token(s, o_.lookup); }));
  }

  static std::vector<std::string> permission_names() {
    std::vector<std::string> names;
    for (const PermissionName& entry : kPermissionNames) names.emplace_back(entry.name);
    return names;
  }

  const Defaults& defaults_;
  const std::function<std::unique_ptr<http::Client>()>& make_client_;
  const ServerCommands& commands_;
  CLI::App top_{"Strongroom holds the OAuth clients of your robots and gives them fresh tokens."};
  Options o_;
  ServerArguments server_;
  ApiKeyArguments api_key_;
  int exit_code_ = 0;
};

}  // namespace

int run(int argc, const char* const* argv, const Defaults& defaults,
        const std::function<std::unique_ptr<http::Client>()>& make_client,
        const ServerCommands& commands) {
  return Program(defaults, make_client, commands).run(argc, argv);
}

}  // namespace strongroom::cli
