// `strongroom backup`: on the server's own host, while it serves and while it does not.

#include "cli/program.h"
#include "cli/requests.h"

namespace strongroom::cli {

void Program::opener_options(Command app) {
  app.option("--identity-file", backup_.identity_file,
             "the private half of a recipient (strongroom backup keygen)");
  app.option("--passphrase-file", backup_.passphrase_file, "the passphrase; - is standard input");
}

void Program::add_backups() {
  Command app = tree_.top().group("backup", "one encrypted file of everything, out and in");
  Command keys =
      app.command("keygen",
                  "make a pair of keys for sealed files: backups, recovery files, exports\n\n"
                  "The private half goes to a new file; keep it, and a copy of it, away "
                  "from the server. The public\nhalf, the recipient, is printed: the "
                  "server needs nothing else to make backups.\n\n"
                  "Example:\n"
                  "  strongroom backup keygen --identity-file backup.identity");
  keys.option("--identity-file", backup_.identity_file, "a new file of mode 0600")
      .must_be_given("--identity-file");
  keys.runs([this] { exit_code_ = commands_.make_backup_keys(backup_); });

  Command made = app.command("create",
                             "make a backup now, on the server's host\n\n"
                             "Works while the server runs, and while it does not. Without a "
                             "recipient or passphrase it is for those\nof backup.recipients_file."
                             "\n\nExample:\n"
                             "  strongroom backup create --data /var/lib/strongroom --recipient "
                             "strongroom-recipient-… --to /mnt/today.backup");
  made.option("--data", backup_.data_directory, "the data directory").must_be_given("--data");
  made.option("--to", backup_.file, "a new file; without: in backup.directory");
  made.option("--recipient", backup_.recipients, "repeatable: who can open it");
  made.option("--recipients-file", backup_.recipients_file, "a file with one of them a line");
  made.option("--passphrase-file", backup_.passphrase_file,
              "what it can be opened with as well; - is standard input");
  made.flag("--include-root-key", backup_.include_root_key,
            "put the root key in: whoever can open the backup can then open everything in it");
  made.option("--config", backup_.server.config_file, "the server's TOML file");
  made.runs([this] { exit_code_ = commands_.create_backup(backup_); });

  Command listed =
      app.command("list",
                  "the backups in backup.directory\n\nWho made each, with which version, and what "
                  "came of its last verification here; - where nobody knows.");
  listed.option("--config", backup_.server.config_file, "the server's TOML file");
  listed.option("--output", backup_.output, "table or json")
      .must_be_one_of("--output", {"table", "json"});
  listed.runs([this] { exit_code_ = commands_.list_backups(backup_); });

  Command verified = app.command("verify",
                                 "read a backup to its end, and say whether it is whole\n\n"
                                 "--drill restores it into a directory of its own, opens "
                                 "everything in it, compares it with what the\nbackup says of "
                                 "itself, and removes it again. It needs the root key, as the "
                                 "server does.");
  verified.argument("FILE", backup_.file, "the backup");
  opener_options(verified);
  verified.flag("--drill", backup_.drill, "restore it somewhere, and open everything");
  verified.option("--data", backup_.data_directory,
                  "the data directory whose root key it is; for a drill");
  verified.option("--config", backup_.server.config_file, "the server's TOML file");
  verified.option("--output", backup_.output, "table or json")
      .must_be_one_of("--output", {"table", "json"});
  verified.runs([this] { exit_code_ = commands_.verify_backup(backup_); });

  Command restored = app.command(
      "restore",
      "put a backup in the place of what there is; the server does not run meanwhile\n\n"
      "All of it or nothing: what there was stays beside it, in before-restore-TIME. What the "
      "directory's own\naudit trail, or another one, shows to be revoked since is not revived; "
      "what nothing newer confirms is\nsuspended, and clients whose refresh token may be an old "
      "one are quarantined: docs/backup.md.\n\n"
      "Example:\n"
      "  strongroom backup restore today.backup --data /var/lib/strongroom --identity-file "
      "backup.identity");
  restored.argument("FILE", backup_.file, "the backup");
  restored.option("--data", backup_.data_directory, "the data directory, empty or not")
      .must_be_given("--data");
  opener_options(restored);
  restored.option("--recovery-file", backup_.recovery_file,
                  "the root key of the server that made it, where this one has another");
  restored.option("--recovery-passphrase-file", backup_.recovery_passphrase_file,
                  "what opens the recovery file; without: what opens the backup");
  restored.option("--recovery-identity-file", backup_.recovery_identity_file, "likewise");
  restored
      .option("--basic-engine-access", backup_.basic_engine_access,
              "of clients that Basic Engine Robots take as input: restored (on), as-saved or off")
      .must_be_one_of("--basic-engine-access", {"restored", "as-saved", "off"})
      .show_default("--basic-engine-access");
  restored.option("--revocation-list", backup_.revocation_list,
                  "a file with the ids of what was revoked since, one a line; what is not in it "
                  "counts as confirmed");
  restored.option("--audit-trail", backup_.audit_trail,
                  "a newer audit.db of the same server, or an export of its trail (audit export), "
                  "instead of the directory's own");
  restored.option("--config", backup_.server.config_file, "the server's TOML file");
  restored.option("--output", backup_.output, "table or json")
      .must_be_one_of("--output", {"table", "json"});
  restored.runs([this] { exit_code_ = commands_.restore_backup(backup_); });
}

void Program::add_lift_quarantine(Command oauth_clients) {
  Command lifted = verb(
      oauth_clients, "lift-quarantine",
      "let clients that came from a backup be refreshed again\n\n"
      "Only for who knows that their refresh tokens are the current ones: at a provider that "
      "rotates them, an old\none that is used again may end what is alive. One client, with "
      "--target-system alone all of it, or --all.",
      [this](Session& s) {
        JsonBody body;
        if (backup_.all) {
          body.add_raw("all", "true");
        } else {
          const bool one = !o_.name.empty();
          const auto id = one ? resolve(s, kOAuthClient, reference(o_))
                              : resolve(s, kTargetSystem, {o_.target_system.value_or(""), {}});
          if (!id) return report_error(id.error());
          body.add(one ? "oauth_client" : "target_system", std::string_view(*id));
        }
        const auto request = body.body();
        const auto answer = s.rest.call("POST", "/oauth-clients/lift-quarantine", {}, &request);
        return answer ? print(s, *answer) : report_error(answer.error());
      });
  lifted.optional_argument("NAME", o_.name, "its label or id");
  narrow_by_target_system(lifted);
  lifted.flag("--all", backup_.all, "all that you may configure");
}

}  // namespace strongroom::cli
