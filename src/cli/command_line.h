#pragma once
// The command line: strongroom NOUN VERB …

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/input.h"
#include "cli/key_arguments.h"
#include "cli/provider_arguments.h"
#include "http/client.h"

namespace strongroom::cli {

// What the environment says; app reads it (STRONGROOM_URL, …).
struct Defaults {
  std::string url;           // STRONGROOM_URL
  std::string ca_file;       // STRONGROOM_CA_FILE
  std::string key_file;      // STRONGROOM_KEY_FILE
  std::string saved_logins;  // the directory of `strongroom login`; empty: there is none
  bool terminal = false;     // standard output is one: tables, not JSON
};

// A flag that stands for a setting: {"--listen", "server.listen", "127.0.0.1:8443"}.
struct SettingFlag {
  std::string name;
  std::string key;
  std::string value;
};

// Flags of the commands that work on the server's own host.
struct ServerArguments {
  std::string config_file;
  std::vector<SettingFlag> flags;  // that were given
};
struct ApiKeyArguments {
  std::string data_directory;
  std::string user = "admin";
  std::string name;
  std::vector<std::string> permissions;  // empty: all
  std::string expires_at;                // empty: never
  std::string key_file;                  // empty: standard output
  ServerArguments server;
};
struct ResetSecondFactorArguments {
  std::string data_directory;
  std::string user;
  ServerArguments server;
};
struct ResetPasswordArguments {
  std::string data_directory;
  std::string user = "admin";
  std::vector<std::string> permissions;  // empty: those that the user has
  ServerArguments server;
};

// Of `strongroom backup`: who can open a file is said by files and public keys, never by a secret
// among the arguments.
struct BackupArguments {
  std::string data_directory;
  std::string file;
  std::vector<std::string> recipients;
  std::string recipients_file;
  std::string passphrase_file;
  std::string identity_file;
  std::string recovery_file;
  std::string recovery_passphrase_file;
  std::string recovery_identity_file;
  std::string basic_engine_access = "restored";
  std::string revocation_list;
  std::string audit_trail;
  bool include_root_key = false;
  bool drill = false;
  bool all = false;  // of lift-quarantine
  std::string output;
  ServerArguments server;
};
struct AuditArguments {
  std::string data_directory;
  std::string export_file;  // to be verified instead
  std::string public_key;   // empty: whichever signed all checkpoints
  std::string head;         // hexadecimal; empty: none was noted
  std::string token_file;   // that leaked; "-": standard input
  bool as_json = false;
  ServerArguments server;
};

// Commands that app carries out; each answers the exit code.
struct ServerCommands {
  std::function<int(const ServerArguments&)> serve;
  std::function<int(const ServerArguments&)> show_config;
  std::function<int(const ServerArguments&)> check_config;
  std::function<int(const ApiKeyArguments&)> create_api_key;
  std::function<int(const ResetPasswordArguments&)> reset_password;
  std::function<int(const ResetSecondFactorArguments&)> reset_second_factor;
  std::function<int(const AuditArguments&)> verify_audit;
  std::function<int(const AuditArguments&)> trace_token;
  // Opens what an export has sealed, with an identity; answers the text inside. Errors: not sealed
  // for that identity, or changed on the way.
  std::function<Result<InputText>(const std::string& sealed, const InputText& identity)>
      open_export;
  std::function<int(const BackupArguments&)> create_backup;
  std::function<int(const BackupArguments&)> verify_backup;
  std::function<int(const BackupArguments&)> restore_backup;
  std::function<int(const BackupArguments&)> list_backups;
  std::function<int(const BackupArguments&)> make_backup_keys;
  std::function<int(const KeyArguments&)> key;
  std::function<int(const ProviderCheckArguments&)> check_provider_files;
  std::function<int(const ProviderTryArguments&)> try_provider;
  std::function<int()> show_permissions;  // the table of what each route needs, as JSON
};

// Parses the arguments, carries the command out and answers the exit code. `make_client` is called
// at most once, by commands that talk to a server.
int run(int argc, const char* const* argv, const Defaults& defaults,
        const std::function<std::unique_ptr<http::Client>()>& make_client,
        const ServerCommands& commands);

}  // namespace strongroom::cli
