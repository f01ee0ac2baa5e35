#include "app/backup_commands.h"

#include <filesystem>
#include <iostream>
#include <optional>
#include <utility>

#include "app/admin_commands.h"
#include "app/admin_socket.h"
#include "app/backup_parts.h"
#include "app/data_directory.h"
#include "app/offline.h"
#include "app/recovery_file.h"
#include "app/serve.h"
#include "backup/about.h"
#include "backup/create.h"
#include "backup/directory.h"
#include "backup/extract.h"
#include "backup/restore.h"
#include "cli/input.h"
#include "cli/output.h"
#include "crypto/file_recipient.h"
#include "crypto/key_provider.h"

namespace strongroom::app {
namespace {

using backup::Finding;

int code(cli::ExitCode exit) { return static_cast<int>(exit); }

int answer(const Status& done) { return done ? 0 : code(cli::report_error(done.error())); }

// The configuration for a command that works without the server.
Result<Config> config_of(const cli::BackupArguments& arguments, const Environment& environment) {
  cli::ServerArguments server = arguments.server;
  const std::string& data = arguments.data_directory;
  if (!data.empty()) {
    server.flags.push_back({"--data", "data.directory", data});
    if (std::filesystem::exists(data + "/root.key")) {
      server.flags.push_back({"--data", "profile", "development"});  // the data says so itself
    }
  }
  return read_config(server, environment);
}

template <class S>
Result<std::optional<S>> secret_in(const std::string& file) {
  if (file.empty()) return std::optional<S>();
  STRONGROOM_TRY(const auto text, cli::read_secret(file));
  return std::optional<S>(S{text.reveal()});
}

// What opens a file, read from the files that were named.
struct Opener {
  std::optional<crypto::FilePassphrase> passphrase;
  std::optional<crypto::FileIdentity> identity;

  crypto::FileOpener get() const {
    return {.identity = identity ? &*identity : nullptr,
            .passphrase = passphrase ? &*passphrase : nullptr};
  }
};

Result<Opener> read_opener(const std::string& passphrase_file, const std::string& identity_file) {
  if (passphrase_file.empty() && identity_file.empty()) {
    return Error{Code::kInvalidArgument,
                 "Say what opens it: --identity-file FILE or --passphrase-file FILE."};
  }
  Opener opener;
  STRONGROOM_TRY(opener.passphrase, secret_in<crypto::FilePassphrase>(passphrase_file));
  STRONGROOM_TRY(opener.identity, secret_in<crypto::FileIdentity>(identity_file));
  return opener;
}

Result<std::vector<crypto::Recipient>> recipients_of(const cli::BackupArguments& arguments,
                                                     const Config& config) {
  std::vector<crypto::Recipient> recipients;
  for (const std::string& text : arguments.recipients) {
    STRONGROOM_TRY(auto recipient, crypto::recipient_from_text(text));
    recipients.push_back(std::move(recipient));
  }
  std::string file = arguments.recipients_file;
  if (file.empty() && recipients.empty() && arguments.passphrase_file.empty()) {
    file = config.text("backup.recipients_file");
  }
  if (file.empty()) return recipients;
  STRONGROOM_TRY(auto more, backup::read_recipients(file));
  for (crypto::Recipient& recipient : more) recipients.push_back(std::move(recipient));
  return recipients;
}

// The root key's text, to be put into a backup.
Result<std::optional<std::string>> root_key_text(const cli::BackupArguments& arguments,
                                                 const Config& config) {
  using Text = std::optional<std::string>;
  if (!arguments.include_root_key) return Text();
  std::string file = config.text("keys.root_key_file");
  if (file.empty()) file = arguments.data_directory + "/root.key";
  STRONGROOM_CHECK(crypto::read_root_key(file));  // it is one, and nobody else may read it
  STRONGROOM_TRY(const auto text, cli::read_secret(file));
  return Text(std::string(text.reveal()));
}

// Through the server if it runs, else into the trail itself.
Status note_backup(const cli::BackupArguments& arguments, const Config& config,
                   const Environment& environment, const std::string& name) {
  const auto reply =
      ask_admin_socket(arguments.data_directory + "/admin.sock", backup_created_command(name));
  if (reply) return done_in_reply(*reply);
  if (reply.error().code != Code::kNotFound) return reply.error();
  return note_backup_offline(config, environment, name);
}

// For the list of backups. One that it says nothing of is a backup all the same.
void tell_list(const std::string& path, const backup::About& about) {
  const Status told = backup::write_about(path, about);
  if (!told) std::cerr << "The list of backups does not tell: " << told.error().detail << "\n";
}

Status make_backup(const cli::BackupArguments& arguments, const Environment& environment) {
  STRONGROOM_TRY(const Config config, config_of(arguments, environment));
  STRONGROOM_TRY(auto recipients, recipients_of(arguments, config));
  STRONGROOM_TRY(const auto passphrase,
                 secret_in<crypto::FilePassphrase>(arguments.passphrase_file));
  STRONGROOM_TRY(auto root_key, root_key_text(arguments, config));
  const SystemClock clock;
  crypto::SystemRandom random;
  std::string path = arguments.file;
  if (path.empty()) {
    const std::string& directory = config.text("backup.directory");
    if (directory.empty()) {
      return Error{Code::kInvalidArgument,
                   "Say where: --to FILE, or backup.directory in the configuration."};
    }
    path = directory + "/" + backup::name_for(clock.now());
  }
  const crypto::FileReaders readers{.recipients = std::move(recipients),
                                    .passphrase = passphrase ? &*passphrase : nullptr};
  const auto made = backup::create({.data_directory = arguments.data_directory,
                                    .program = STRONGROOM_VERSION,
                                    .root_key = root_key ? &*root_key : nullptr},
                                   readers, path, clock, random);
  if (root_key) wipe(*root_key);
  STRONGROOM_CHECK(made);
  // One that the trail does not tell of is none.
  const std::string name = std::filesystem::path(path).filename().string();
  if (Status noted = note_backup(arguments, config, environment, name); !noted) {
    std::filesystem::remove(path);
    return noted;
  }
  if (backup::is_name(name)) {
    tell_list(path, {.maker = backup::Maker::kHost, .program = STRONGROOM_VERSION});
  }
  std::cout << "The backup is in " << path << ".\n"
            << "Without what opens it"
            << (arguments.include_root_key ? "" : ", and without the root key,")
            << " nobody can use it; try both with: strongroom backup verify --drill\n";
  return {};
}

void print(const backup::Manifest& manifest) {
  std::cout << "made at        " << rfc3339(manifest.created_at) << "\n"
            << "by version     " << manifest.program << "\n"
            << "backup         " << manifest.id.text() << "\n"
            << "audit events   " << manifest.audit_events << "\n";
}

// What came of a verification, of a file that is called as those in the list.
void remember(const std::string& file, backup::Finding finding, const std::string& program = {}) {
  if (!backup::is_name(std::filesystem::path(file).filename().string())) return;
  backup::About about = backup::read_about(file);
  if (about.program.empty()) about.program = program;
  about.verified = {.at = SystemClock().now(), .finding = finding};
  tell_list(file, about);
}

Result<backup::Examination> drill(const cli::BackupArguments& arguments,
                                  const Environment& environment, const Opener& opener) {
  STRONGROOM_TRY(const Config config, config_of(arguments, environment));
  const DataDirectory directory = DataDirectory::names_in(config.text("data.directory"));
  BackupParts parts(config, environment.credentials_directory, directory);
  const crypto::FileOpener open_with = opener.get();
  return backup::drill(
      {.file = arguments.file, .opener = open_with, .data_directory = directory.path()},
      arguments.file + ".drill", parts.surroundings());
}

Status verify(const cli::BackupArguments& arguments, const Environment& environment) {
  STRONGROOM_TRY(const Opener opener,
                 read_opener(arguments.passphrase_file, arguments.identity_file));
  const auto manifest = backup::check(arguments.file, opener.get());
  if (!manifest) {
    if (manifest.error().code == Code::kCorrupt) remember(arguments.file, Finding::kDamaged);
    return manifest.error();
  }
  if (arguments.output == "json") {
    std::cout << backup::to_json(*manifest) << "\n";
  } else {
    print(*manifest);
  }
  if (!arguments.drill) {
    remember(arguments.file, Finding::kWhole, manifest->program);
    return {};
  }
  const auto examined = drill(arguments, environment, opener);
  if (!examined) {
    if (examined.error().code == Code::kCorrupt) {
      remember(arguments.file, Finding::kDrillFailed, manifest->program);
    }
    return examined.error();
  }
  remember(arguments.file, Finding::kOpened, manifest->program);
  const backup::Examination& done = *examined;
  (arguments.output == "json" ? std::cerr : std::cout)
      << "drill: ok, " << done.data_keys << " data keys, " << done.rows << " rows, " << done.sealed
      << " sealed values and " << done.audit_events << " audit events\n";
  return {};
}

backup::BasicEngineAccess basic_engine_access(const std::string& text) {
  if (text == "off") return backup::BasicEngineAccess::kOff;
  return text == "as-saved" ? backup::BasicEngineAccess::kAsSaved
                            : backup::BasicEngineAccess::kRestored;
}

// The root key of the server that made the backup, where a recovery file has it.
Result<std::optional<crypto::RootKey>> former_root_key(const cli::BackupArguments& arguments) {
  using Maybe = std::optional<crypto::RootKey>;
  if (arguments.recovery_file.empty()) return Maybe();
  const bool own =
      !arguments.recovery_passphrase_file.empty() || !arguments.recovery_identity_file.empty();
  STRONGROOM_TRY(
      const Opener opener,
      own ? read_opener(arguments.recovery_passphrase_file, arguments.recovery_identity_file)
          : read_opener(arguments.passphrase_file, arguments.identity_file));
  STRONGROOM_TRY(auto content, read_recovery_file(arguments.recovery_file, opener.get()));
  return Maybe(std::move(content.root));
}

Status restore(const cli::BackupArguments& arguments, const Environment& environment) {
  STRONGROOM_TRY(const Opener opener,
                 read_opener(arguments.passphrase_file, arguments.identity_file));
  // Found out before the directory is made, or its root key.
  STRONGROOM_CHECK(backup::check(arguments.file, opener.get()));
  STRONGROOM_TRY(const Config config, config_of(arguments, environment));
  const SystemClock clock;
  Log log(clock, Log::Format::kText, Log::standard_error(), LogLevel::kWarning);
  STRONGROOM_TRY(const DataDirectory directory,
                 DataDirectory::open(config.text("data.directory"), log));
  BackupParts parts(config, environment.credentials_directory, directory);
  const crypto::FileOpener open_with = opener.get();
  STRONGROOM_TRY(const auto former, former_root_key(arguments));
  STRONGROOM_TRY(
      const backup::RestoreReport report,
      backup::restore({.file = arguments.file,
                       .opener = open_with,
                       .data_directory = directory.path(),
                       .old_root_key = former ? &*former : nullptr,
                       .basic_engine_access = basic_engine_access(arguments.basic_engine_access),
                       .revocation_list = arguments.revocation_list,
                       .audit_trail = arguments.audit_trail},
                      parts.surroundings()));
  std::cout << (arguments.output == "json" ? backup::to_json(report) + "\n"
                                           : backup::to_text(report));
  return {};
}

// A dash stands for what is not known, as of a file that came from elsewhere.
void print(const backup::BackupFile& file) {
  const auto known = [](std::string_view text) { return text.empty() ? "-" : text; };
  const backup::About& about = file.about;
  std::cout << rfc3339(file.created_at) << "  " << file.size << "  " << file.name << "  by "
            << known(about.person.empty() ? to_text(about.maker) : about.person) << "  version "
            << known(about.program) << "  verified ";
  if (about.verified) {
    std::cout << rfc3339(about.verified->at) << " " << to_text(about.verified->finding) << "\n";
  } else {
    std::cout << "-\n";
  }
}

Status list(const cli::BackupArguments& arguments, const Environment& environment) {
  STRONGROOM_TRY(const Config config, config_of(arguments, environment));
  const std::string& directory = config.text("backup.directory");
  if (directory.empty()) {
    return Error{Code::kInvalidArgument, "There is no backup.directory in the configuration."};
  }
  STRONGROOM_TRY(const auto files, backup::list(directory));
  if (arguments.output == "json") {
    std::cout << backup::to_json(files) << "\n";
    return {};
  }
  for (const backup::BackupFile& file : files) print(file);
  return {};
}

Status make_keys(const cli::BackupArguments& arguments) {
  crypto::SystemRandom random;
  const crypto::FileIdentity identity = crypto::make_identity(random);
  STRONGROOM_TRY(const crypto::Recipient recipient, crypto::recipient_of(identity));
  STRONGROOM_CHECK(
      cli::write_secret_file(arguments.identity_file, cli::InputText{identity.reveal()}));
  std::cout << crypto::to_text(recipient) << "\n" << std::flush;
  std::cerr << "The private half is in " << arguments.identity_file
            << ". Keep it, and a copy of it, away from the server: without it the backups cannot "
               "be opened.\n";
  return {};
}

}  // namespace

int create_backup(const cli::BackupArguments& arguments, const Environment& environment) {
  return answer(make_backup(arguments, environment));
}

int verify_backup(const cli::BackupArguments& arguments, const Environment& environment) {
  return answer(verify(arguments, environment));
}

int restore_backup(const cli::BackupArguments& arguments, const Environment& environment) {
  return answer(restore(arguments, environment));
}

int list_backups(const cli::BackupArguments& arguments, const Environment& environment) {
  return answer(list(arguments, environment));
}

int make_backup_keys(const cli::BackupArguments& arguments, const Environment& /*environment*/) {
  return answer(make_keys(arguments));
}

}  // namespace strongroom::app
