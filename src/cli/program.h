#pragma once
// Every command of the command line, and what it does. The nouns of the REST API are in
// noun_commands.cc, everything else in command_line.cc.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/command_tree.h"
#include "cli/export_document.h"
#include "cli/options.h"
#include "cli/resources.h"
#include "cli/saved_logins.h"

namespace strongroom::cli {

// Carries out one command. The parts must outlive it.
class Program {
 public:
  Program(const Defaults& defaults,
          const std::function<std::unique_ptr<http::Client>()>& make_client,
          const ServerCommands& commands);

  int run(int argc, const char* const* argv);

 private:
  using Run = std::function<ExitCode(Session&)>;
  using Narrow = void (Program::*)(Command);  // adds the options that say which one is meant

  // A command that talks to the server.
  Command verb(Command noun, const char* name, const char* help, Run run);
  // Options that say which server it is.
  void server_address(Command command);
  ExitCode connect(const Run& run);
  // The address and the CA that were given; with the key, or the sign-in that is kept.
  Result<Connection> address() const;
  Status add_key(Connection& connection);
  ExitCode run_with(Connection connection, const Run& run);

  // Options that several commands share.
  void name_argument(Command command, const char* help = "its name or id");
  void in_project(Command command);
  void in_target_system(Command command);
  void list_options(Command command, const Noun& noun);
  void owner_options(Command command);
  void narrow_by_project(Command command);
  void narrow_by_target_system(Command command);
  // list, show, delete and restore, which every noun has.
  void add_common(Command app, const Noun& noun, Narrow narrow);

  void add_projects();
  void add_service_providers();
  void add_provider_files();
  void add_provider_try(Command app);
  void add_target_systems();
  void target_system_fields(Command app);
  ExitCode discover(Session& s) const;
  ExitCode approve(Session& s) const;
  ExitCode show_jwks(Session& s) const;
  void certificate_options(Command app);
  void add_certificate_commands(Command app);
  ExitCode show_file(Session& s, const char* what, const QueryParameters& query) const;
  void add_oauth_clients();
  void add_imports(Command oauth_clients);
  void oauth_client_fields(Command app);
  Status add_subject_client(Session& s, JsonBody& body) const;
  void add_move(Command app);
  void add_exchanges(Command oauth_clients);
  void add_password_sign_in(Command oauth_clients);
  void add_switch(Command app, const char* name, const char* help, const char* member,
                  const char* value);
  void add_robots();
  void add_robot_keys(Command robots);
  void add_robot_identities(Command robots);
  void restriction_options(Command app);
  void identity_options(Command app);
  void add_robot_inputs(Command robots);
  ExitCode robot_inputs(Session& session) const;
  void add_launch();
  ExitCode launch(Session& session) const;
  void add_basic_engine_report(Command access);
  ExitCode report_basic_engine(Session& session) const;
  void add_settings();
  void add_access();
  void add_access_questions(Command app);
  void narrow_access(Command app);
  Result<QueryParameters> access_query(Session& session) const;
  ExitCode clean_up_access(Session& session) const;
  void add_secrets();
  void add_secret_values(Command app);
  void add_secret_lookup();
  void secret_value_options(Command app);
  void secret_fields(Command app);
  void secret_format(Command app);
  ExitCode add_value(Session& s) const;
  ExitCode extract_secret(Session& s) const;
  ExitCode generate_password(Session& s) const;
  void add_notifications();
  void add_notification_creation(Command app);
  void add_notification_deliveries(Command app);
  void add_kills();
  Command kill_verb(Command app, const char* name, const char* help, Run run);
  ExitCode set_kill(Session& session, const char* member, const std::string& subject) const;
  ExitCode list_access(Session& session) const;
  ExitCode update_access(Session& session) const;
  ExitCode report_robot(Session& session) const;

  void add_export();
  ExitCode export_project(Session& session) const;
  ExitCode apply(Session& session) const;
  Result<SealedSecrets> open_exported_secrets(const ExportDocument& document) const;

  void add_server_commands();
  void server_options(Command app);
  void add_audit();
  Command audit_filters(Command app);
  void add_trace_token(Command app);
  void add_audit_verify(Command app);
  ExitCode trace_token(Session& session) const;
  ExitCode export_audit(Session& session) const;
  void add_api_keys();
  void add_login();
  ExitCode log_in();
  ExitCode log_out();
  void add_users();
  void add_people_common(Command app, const Noun& noun);
  void add_user_commands(Command app);
  void add_user_sessions(Command app);
  void user_fields(Command app);
  void add_user_switch(Command app, const char* name, const char* help, const char* value);
  void add_groups();
  void add_group_members(Command groups);
  void add_group_roles(Command app);
  void add_roles();
  void add_reset_second_factor(Command users);
  void add_keys();
  void add_rotations(Command app);
  void add_recovery(Command app);
  Command key_command(Command app, const char* name, const char* help, KeyCommand which);
  void run_key_command(KeyCommand which);
  void add_lookups();
  void add_authorization_header();
  void add_public_url();
  void add_backups();
  void opener_options(Command app);
  void add_lift_quarantine(Command oauth_clients);

  const Defaults& defaults_;
  const std::function<std::unique_ptr<http::Client>()>& make_client_;
  const ServerCommands& commands_;
  CommandTree tree_;
  Options o_;
  ServerArguments server_;
  ApiKeyArguments api_key_;
  ResetPasswordArguments reset_password_;
  BackupArguments backup_;
  bool uses_saved_login_ = false;
  AuditArguments audit_;
  ResetSecondFactorArguments reset_second_factor_;
  KeyArguments key_;
  ProviderCheckArguments provider_check_;
  ProviderTryArguments provider_try_;
  int exit_code_ = 0;
};

}  // namespace strongroom::cli
