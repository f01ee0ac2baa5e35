#include "app/key_commands.h"

#include <filesystem>
#include <iostream>
#include <optional>

#include <boost/json.hpp>

#include "app/admin_commands.h"
#include "app/key_desk.h"
#include "app/offline.h"
#include "app/passphrase.h"
#include "app/recovery_file.h"
#include "base/json.h"
#include "cli/input.h"
#include "cli/output.h"
#include "crypto/key_provider.h"

namespace strongroom::app {
namespace {

using cli::KeyArguments;
using cli::KeyCommand;

int code(cli::ExitCode exit) { return static_cast<int>(exit); }

// The server has another working directory than whoever typed the name.
std::string absolute(const std::string& file) {
  if (file.empty()) return file;
  std::error_code problem;
  const auto path = std::filesystem::absolute(file, problem);
  return problem ? file : path.string();
}

std::optional<KeyVerb> verb_of(KeyCommand command) {
  switch (command) {
    case KeyCommand::kStatus:
      return KeyVerb::kStatus;
    case KeyCommand::kRotateRoot:
      return KeyVerb::kRotateRoot;
    case KeyCommand::kFinishRoot:
      return KeyVerb::kFinishRoot;
    case KeyCommand::kRotateData:
      return KeyVerb::kRotateData;
    case KeyCommand::kExport:
      return KeyVerb::kExport;
    case KeyCommand::kCheck:
      return KeyVerb::kCheck;
    case KeyCommand::kImport:
      return std::nullopt;
  }
  return std::nullopt;
}

KeyRequest request_of(const KeyArguments& arguments, KeyVerb verb) {
  return {.verb = verb,
          .new_root_key_file = absolute(arguments.new_root_key_file),
          .new_passphrase_file = absolute(arguments.new_passphrase_file),
          .to_token = arguments.to_token,
          .project = arguments.project,
          .all = arguments.all,
          .recipient = arguments.recipient,
          .passphrase_file = absolute(arguments.passphrase_file),
          .identity_file = absolute(arguments.identity_file),
          .file = absolute(arguments.file)};
}

// The answer's JSON; from the server if it runs.
Result<std::string> ask(const KeyArguments& arguments, const Environment& environment,
                        const KeyRequest& request) {
  const auto reply = ask_admin_socket(arguments.data_directory + "/admin.sock", to_line(request));
  if (reply) {
    STRONGROOM_CHECK(refusal_in_reply(*reply));
    return std::string(reply->reveal());
  }
  if (reply.error().code != Code::kNotFound) return reply.error();
  cli::ServerArguments server{.config_file = arguments.config_file, .flags = {}};
  STRONGROOM_TRY(const Config config,
                 offline_config(server, arguments.data_directory, environment));
  return keys_offline(config, environment, request);
}

void print_status(const boost::json::object& status) {
  std::cout << cli::sheet(status);
  const auto* const exported = status.if_contains("recovery_exported_at");
  if (exported == nullptr || exported->is_null()) {
    std::cout << "There is no recovery file of this root key. Without the root key nobody can open "
                 "the data\nor its backups: see 'strongroom key export-recovery --help'.\n";
  }
}

void print_done(const KeyArguments& arguments) {
  if (arguments.command == KeyCommand::kRotateRoot) {
    std::cout << "All data keys are wrapped by the new root key, and each was opened with it.\n"
                 "Now configure the new root key and start the server with it (or call 'strongroom "
                 "key\nfinish-root-rotation' if it took the old one's place): until then the old "
                 "one opens everything\ntoo. Then write a new recovery file, and destroy the old "
                 "root key.\n";
  } else if (arguments.command == KeyCommand::kFinishRoot) {
    std::cout << "The former root key opens nothing any more.\n";
  } else if (arguments.command == KeyCommand::kRotateData) {
    std::cout << "New values are sealed with a new key from now on. The server seals the others "
                 "anew in the\nbackground, at its next start if it does not run: 'strongroom key "
                 "status' tells how far it is.\n";
  } else {
    std::cout << "The recovery file is " << arguments.file
              << ". Try it now, and once a year: strongroom key check-recovery.\n";
  }
}

int print_answer(const KeyArguments& arguments, const std::string& json) {
  const auto value = parse_json(json);
  const boost::json::object* const object = value ? value->if_object() : nullptr;
  if (object == nullptr) {
    return code(cli::report_error(
        Error{Code::kUnavailable, "The server's answer is not what it should be."}));
  }
  if (arguments.as_json) {
    std::cout << json << "\n";
  } else if (arguments.command == KeyCommand::kStatus) {
    print_status(*object);
  } else if (arguments.command == KeyCommand::kCheck) {
    std::cout << "The recovery file opens every key of this data.\n" << cli::sheet(*object);
  } else {
    print_done(arguments);
  }
  return 0;
}

// Works without any data.
Status import_recovery(const KeyArguments& arguments) {
  std::optional<crypto::FilePassphrase> passphrase;
  std::optional<crypto::FileIdentity> identity;
  crypto::FileOpener opener;
  if (!arguments.passphrase_file.empty()) {
    STRONGROOM_TRY(passphrase, read_file_passphrase(arguments.passphrase_file));
    opener.passphrase = &*passphrase;
  }
  if (!arguments.identity_file.empty()) {
    STRONGROOM_TRY(identity, read_file_identity(arguments.identity_file));
    opener.identity = &*identity;
  }
  STRONGROOM_TRY(const RecoveryContent content, read_recovery_file(arguments.file, opener));
  STRONGROOM_CHECK(crypto::write_root_key(arguments.out, content.root));
  std::cout << "The root key of " << rfc3339(content.exported_at) << " is in " << arguments.out
            << ".\n";
  return {};
}

}  // namespace

int run_key_command(const KeyArguments& arguments, const Environment& environment) {
  const auto verb = verb_of(arguments.command);
  if (!verb) {
    const Status done = import_recovery(arguments);
    return done ? 0 : code(cli::report_error(done.error()));
  }
  const auto answer = ask(arguments, environment, request_of(arguments, *verb));
  if (!answer) return code(cli::report_error(answer.error()));
  return print_answer(arguments, *answer);
}

}  // namespace strongroom::app
