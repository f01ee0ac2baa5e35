#include "app/commands.h"

#include <filesystem>
#include <iostream>

#include "app/admin_commands.h"
#include "app/admin_socket.h"
#include "app/audit_commands.h"
#include "app/audit_destinations.h"
#include "app/backup_commands.h"
#include "app/data_directory.h"
#include "app/key_commands.h"
#include "app/mail_settings.h"
#include "app/network.h"
#include "app/offline.h"
#include "app/people.h"
#include "app/permission_table.h"
#include "app/provider_check_command.h"
#include "app/provider_try_command.h"
#include "app/security_token.h"
#include "app/serve.h"
#include "cli/input.h"
#include "cli/output.h"
#include "crypto/sealed_file.h"

namespace strongroom::app {
namespace {

int code(cli::ExitCode exit) { return static_cast<int>(exit); }

bool is_quoted(SettingKind kind) {
  return kind == SettingKind::kText || kind == SettingKind::kList;
}

int show_config(const cli::ServerArguments& arguments, const Environment& environment) {
  const auto config = read_config(arguments, environment);
  if (!config) return code(cli::report_error(config.error()));
  for (const Setting& setting : settings()) {
    const ConfiguredValue& value = config->value(setting.key);
    std::cout << setting.key << " = "
              << (is_quoted(setting.kind) ? "\"" + value.text + "\"" : value.text) << "  # "
              << value.origin << "; " << setting.help << "\n";
  }
  return 0;
}

int check_config(const cli::ServerArguments& arguments, const Environment& environment) {
  const auto config = read_config(arguments, environment);
  if (!config) return code(cli::report_error(config.error()));
  if (const Status network = check_network(*config); !network) {
    return code(cli::report_error(network.error()));
  }
  if (const Status token = check_security_token(*config); !token) {
    return code(cli::report_error(token.error()));
  }
  if (const Status sinks = check_audit_sinks(*config, environment.credentials_directory); !sinks) {
    return code(cli::report_error(sinks.error()));
  }
  if (const Status mail = check_mail_settings(*config, environment.credentials_directory); !mail) {
    return code(cli::report_error(mail.error()));
  }
  if (const auto breached = read_breached_passwords(*config); !breached) {
    return code(cli::report_error(breached.error()));
  }
  const Status own_files = check_own_provider_files(config->text("catalogue.directory"));
  if (!own_files) return code(cli::report_error(own_files.error()));
  std::cout << "The configuration is sound.\n";
  return 0;
}

Result<Permissions> permissions_from(const std::vector<std::string>& names) {
  Permissions permissions;
  for (const std::string& name : names) {
    const auto permission = permission_from_name(name);
    if (!permission) return Error{Code::kInvalidArgument, "There is no such permission.", name};
    permissions.add(*permission);
  }
  return permissions;
}

Result<identity::ApiKeyRequest> api_key_request(const cli::ApiKeyArguments& arguments) {
  identity::ApiKeyRequest request{
      .user = arguments.user, .name = arguments.name, .permissions = {}};
  if (request.name.empty()) request.name = "made on the server's host";
  STRONGROOM_TRY(request.permissions, permissions_from(arguments.permissions));
  if (arguments.permissions.empty()) request.permissions = Permissions::all();
  if (!arguments.expires_at.empty()) {
    request.expires_at = parse_rfc3339(arguments.expires_at);
    if (!request.expires_at) {
      return Error{Code::kInvalidArgument, "--expires-at is not a date.", arguments.expires_at};
    }
  }
  return request;
}

// Asks the server if it runs. kNotFound: it does not, and the data directory's lock is free. In
// between lies that lock: it is either held by a server that answers, or ours.
Result<AdminReply> ask_server(const std::string& data_directory, const std::string& command) {
  return ask_admin_socket(data_directory + "/admin.sock", command);
}

Result<crypto::BearerKey> make_api_key(const cli::ApiKeyArguments& arguments,
                                       const Environment& environment) {
  STRONGROOM_TRY(const identity::ApiKeyRequest request, api_key_request(arguments));
  const auto reply = ask_server(arguments.data_directory, api_key_command(request));
  if (reply) return key_in_reply(*reply);
  if (reply.error().code != Code::kNotFound) return reply.error();
  STRONGROOM_TRY(const Config config,
                 offline_config(arguments.server, arguments.data_directory, environment));
  return create_api_key_offline(config, environment, request);
}

Result<crypto::Password> new_password(const cli::ResetPasswordArguments& arguments,
                                      const Environment& environment) {
  PasswordReset reset{.user = arguments.user, .permissions = {}};
  if (!arguments.permissions.empty()) {
    STRONGROOM_TRY(reset.permissions, permissions_from(arguments.permissions));
  }
  const auto reply = ask_server(arguments.data_directory, reset_password_command(reset));
  if (reply) return password_in_reply(*reply);
  if (reply.error().code != Code::kNotFound) return reply.error();
  STRONGROOM_TRY(const Config config,
                 offline_config(arguments.server, arguments.data_directory, environment));
  return reset_password_offline(config, environment, reset);
}

// The password alone goes to standard output, so that a script can take it from there.
int reset_user_password(const cli::ResetPasswordArguments& arguments,
                        const Environment& environment) {
  const auto password = new_password(arguments, environment);
  if (!password) return code(cli::report_error(password.error()));
  std::cout << password->reveal() << "\n" << std::flush;
  std::cerr << "This password is not shown again, and has to be changed at the next sign-in. "
               "The user's sessions have ended.\n";
  return 0;
}

Status end_second_factor(const cli::ResetSecondFactorArguments& arguments,
                         const Environment& environment) {
  const auto reply =
      ask_server(arguments.data_directory, reset_second_factor_command(arguments.user));
  if (reply) return done_in_reply(*reply);
  if (reply.error().code != Code::kNotFound) return reply.error();
  STRONGROOM_TRY(const Config config,
                 offline_config(arguments.server, arguments.data_directory, environment));
  return reset_second_factor_offline(config, environment, arguments.user);
}

int reset_second_factor(const cli::ResetSecondFactorArguments& arguments,
                        const Environment& environment) {
  const Status done = end_second_factor(arguments, environment);
  if (!done) return code(cli::report_error(done.error()));
  std::cout << arguments.user
            << " has no second factor: signs in with the password alone until there is another.\n";
  return 0;
}

int create_api_key(const cli::ApiKeyArguments& arguments, const Environment& environment) {
  if (!arguments.key_file.empty() && std::filesystem::exists(arguments.key_file)) {
    return code(cli::report_error(Error{
        Code::kConflict, "The file is there already; it is not overwritten.", arguments.key_file}));
  }
  const auto key = make_api_key(arguments, environment);
  if (!key) return code(cli::report_error(key.error()));
  if (arguments.key_file.empty()) {
    std::cout << key->reveal() << "\n";
    return 0;
  }
  const Status written = cli::write_secret_file(arguments.key_file, cli::InputText{key->reveal()});
  if (!written) return code(cli::report_error(written.error()));
  std::cout << "The key is in " << arguments.key_file << ". It is not shown again.\n";
  return 0;
}

Result<cli::InputText> open_export(const std::string& sealed, const cli::InputText& identity) {
  const crypto::FileIdentity opener(identity.reveal());
  std::string_view rest = sealed;
  STRONGROOM_TRY(
      crypto::SealedFileReader file,
      crypto::SealedFileReader::begin(crypto::FileKind::kExport, {.identity = &opener},
                                      [&rest](char* to, std::size_t most) -> Result<std::size_t> {
                                        const std::size_t size = rest.copy(to, most);
                                        rest.remove_prefix(size);
                                        return size;
                                      }));
  std::string text;
  while (true) {
    STRONGROOM_TRY(std::string piece, file.next());
    if (piece.empty()) break;
    text.append(piece);
    wipe(piece);
  }
  cli::InputText opened(text);
  wipe(text);
  return opened;
}

}  // namespace

Result<Config> read_config(const cli::ServerArguments& arguments, const Environment& environment) {
  std::vector<RawValue> values;
  if (!arguments.config_file.empty()) {
    STRONGROOM_TRY(values, values_from_file(arguments.config_file));
  }
  STRONGROOM_TRY(std::vector<RawValue> variables, values_from_environment(environment.variables));
  for (RawValue& value : variables) values.push_back(std::move(value));
  for (const cli::SettingFlag& flag : arguments.flags) {
    values.push_back({flag.key, flag.value, "flag " + flag.name});
  }
  return Config::build(values);
}

Result<Config> offline_config(cli::ServerArguments server, const std::string& data_directory,
                              const Environment& environment) {
  server.flags.push_back({"--data", "data.directory", data_directory});
  if (std::filesystem::exists(data_directory + "/root.key")) {
    server.flags.push_back({"--data", "profile", "development"});  // the data says so itself
  }
  return read_config(server, environment);
}

cli::ServerCommands server_commands(const Environment& environment) {
  return {
      .serve =
          [&environment](const cli::ServerArguments& arguments) {
            const auto config = read_config(arguments, environment);
            if (!config) return code(cli::report_error(config.error()));
            return serve(*config, environment);
          },
      .show_config =
          [&environment](const cli::ServerArguments& arguments) {
            return show_config(arguments, environment);
          },
      .check_config =
          [&environment](const cli::ServerArguments& arguments) {
            return check_config(arguments, environment);
          },
      .create_api_key =
          [&environment](const cli::ApiKeyArguments& arguments) {
            return create_api_key(arguments, environment);
          },
      .reset_password =
          [&environment](const cli::ResetPasswordArguments& arguments) {
            return reset_user_password(arguments, environment);
          },
      .reset_second_factor =
          [&environment](const cli::ResetSecondFactorArguments& arguments) {
            return reset_second_factor(arguments, environment);
          },
      .verify_audit = verify_audit,
      .trace_token =
          [&environment](const cli::AuditArguments& arguments) {
            return trace_token(arguments, environment);
          },
      .open_export = open_export,
      .create_backup = [&environment](const auto& a) { return create_backup(a, environment); },
      .verify_backup = [&environment](const auto& a) { return verify_backup(a, environment); },
      .restore_backup = [&environment](const auto& a) { return restore_backup(a, environment); },
      .list_backups = [&environment](const auto& a) { return list_backups(a, environment); },
      .make_backup_keys =
          [&environment](const auto& a) { return make_backup_keys(a, environment); },
      .key =
          [&environment](const cli::KeyArguments& arguments) {
            return run_key_command(arguments, environment);
          },
      .check_provider_files = check_provider_files,
      .try_provider = try_provider,
      .show_permissions = show_permissions,
  };
}

}  // namespace strongroom::app
