#pragma once
// `strongroom backup`, on the server's own host.

#include "app/commands.h"
#include "cli/command_line.h"

namespace strongroom::app {

// Each answers the exit code, and says on standard error what went wrong.

// Copies the data itself, whether a server has it open or not, and has the trail say so.
int create_backup(const cli::BackupArguments& arguments, const Environment& environment);
int verify_backup(const cli::BackupArguments& arguments, const Environment& environment);
// Takes the data directory's lock: no server may have it.
int restore_backup(const cli::BackupArguments& arguments, const Environment& environment);
int list_backups(const cli::BackupArguments& arguments, const Environment& environment);
int make_backup_keys(const cli::BackupArguments& arguments, const Environment& environment);

}  // namespace strongroom::app
