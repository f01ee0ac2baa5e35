// strongroom key …: the keys that everything is sealed with, on the server's own host.

#include "cli/program.h"

namespace strongroom::cli {

// A command that works on a data directory, with the server's help while it runs.
Command Program::key_command(Command app, const char* name, const char* help, KeyCommand which) {
  Command made = app.command(name, help);
  made.option("--data", key_.data_directory, "the data directory").must_be_given("--data");
  made.option("--config", key_.config_file, "the server's TOML file");
  made.runs([this, which] { run_key_command(which); });
  return made;
}

void Program::run_key_command(KeyCommand which) {
  key_.command = which;
  key_.as_json = o_.output == "json";
  exit_code_ = commands_.key(key_);
}

void Program::add_keys() {
  Command app = tree_.top().group("key", "the keys that everything is sealed with");
  Command status = key_command(app, "status",
                               "where the root key comes from, when it was rotated, what is under "
                               "way, and whether there is a recovery file",
                               KeyCommand::kStatus);
  status.option("--output", o_.output, "table or json")
      .must_be_one_of("--output", {"table", "json"});
  add_rotations(app);
  add_recovery(app);
}

void Program::add_rotations(Command app) {
  Command root = key_command(
      app, "rotate-root",
      "wrap all data keys by another root key, while the server runs or not\n\n"
      "Both root keys open everything until the server was started with the new one, or\n"
      "finish-root-rotation was called: configure the new file, restart, and destroy the old one.\n"
      "Write a new recovery file then: the one of before is of the old root key.\n\n"
      "Example:\n"
      "  (umask 077; openssl rand -hex 32 > /etc/strongroom/root.key.new)\n"
      "  strongroom key rotate-root --data /var/lib/strongroom \\\n"
      "    --new-root-key-file /etc/strongroom/root.key.new",
      KeyCommand::kRotateRoot);
  root.option("--new-root-key-file", key_.new_root_key_file, "a root key file that is there");
  root.option("--new-passphrase-file", key_.new_passphrase_file,
              "instead: make a root key that is kept in the data directory under this passphrase");
  root.flag("--to-token", key_.to_token,
            "instead: make one that the configured security token wraps");
  root.not_both("--new-root-key-file", "--new-passphrase-file");
  root.not_both("--to-token", "--new-passphrase-file");
  root.not_both("--to-token", "--new-root-key-file");
  key_command(app, "finish-root-rotation",
              "the new root key is in the configured place: the former opens nothing any more\n\n"
              "Without it, the next start with the new root key does the same.",
              KeyCommand::kFinishRoot);
  Command data = key_command(
      app, "rotate-data",
      "seal everything of a project, or of the server, with a new data key\n\n"
      "The server does it in the background while it serves; 'key status' tells how far it is.\n"
      "The old key is destroyed at the end.\n\n"
      "Examples:\n"
      "  strongroom key rotate-data --data /var/lib/strongroom --all\n"
      "  strongroom key rotate-data --data /var/lib/strongroom --project 0193…",
      KeyCommand::kRotateData);
  data.option("--project", key_.project, "a project's id; without: the server's own key");
  data.flag("--all", key_.all, "of all projects and the server");
  data.not_both("--all", "--project");
}

void Program::add_recovery(Command app) {
  Command written = key_command(
      app, "export-recovery",
      "write the root key into an encrypted recovery file\n\n"
      "Without its root key the data cannot be opened by anybody, and neither can its backups.\n"
      "Keep the file on another machine, and the passphrase, or the recipient's identity, where\n"
      "neither a fire nor one single person takes both away.\n\n"
      "Example:\n"
      "  strongroom key export-recovery --data /var/lib/strongroom \\\n"
      "    --passphrase-file passphrase.txt /mnt/safe/strongroom.recovery",
      KeyCommand::kExport);
  written.argument("OUT", key_.file, "the new file, outside the data directory");
  written.option("--recipient", key_.recipient, "strongroom-recipient-…, of 'backup keygen'");
  written.option("--passphrase-file", key_.passphrase_file, "a file with 12 characters or more");
  Command checked =
      key_command(app, "check-recovery", "prove that a recovery file opens the data that is there",
                  KeyCommand::kCheck);
  checked.argument("FILE", key_.file, "the recovery file");
  checked.option("--identity-file", key_.identity_file, "the recipient's identity");
  checked.option("--passphrase-file", key_.passphrase_file, "its passphrase");
  Command read = app.command("import-recovery",
                             "make a root key file again of a recovery file\n\n"
                             "Example:\n"
                             "  strongroom key import-recovery strongroom.recovery \\\n"
                             "    --passphrase-file passphrase.txt --out /etc/strongroom/root.key");
  read.argument("FILE", key_.file, "the recovery file");
  read.option("--identity-file", key_.identity_file, "the recipient's identity");
  read.option("--passphrase-file", key_.passphrase_file, "its passphrase");
  read.option("--out", key_.out, "a new file of mode 0600").must_be_given("--out");
  read.runs([this] { run_key_command(KeyCommand::kImport); });
}

}  // namespace strongroom::cli
