#pragma once
// Puts a backup in the place of what there is.

#include <string>

#include "backup/clients.h"
#include "backup/examine.h"
#include "backup/report.h"
#include "backup/surroundings.h"
#include "base/result.h"
#include "crypto/sealed_file.h"

namespace strongroom::backup {

struct RestoreRequest {
  std::string file;
  const crypto::FileOpener& opener;
  std::string data_directory;  // whose lock the caller holds; empty, or with what was served there
  // Of the server that made the backup; null: it is this server's, or it is in the backup.
  const crypto::RootKey* old_root_key = nullptr;
  BasicEngineAccess basic_engine_access = BasicEngineAccess::kRestored;
  std::string revocation_list = {};  // a file; empty: none
  // A newer audit.db, or a newer export of the trail; empty: the directory's own audit.db.
  std::string audit_trail = {};
};

// Builds the restored state beside what there is, checks all of it, takes out of it what may not
// come back, and switches over (backup/switch_over.h): all of it or nothing.
//
// Errors: as extract(); kCorrupt, something in it does not open, or the root key is another one;
// kInvalidArgument, the revocation list or the trail cannot be used; kUnavailable, full disk. Until
// the switch nothing was changed.
Result<RestoreReport> restore(const RestoreRequest& request, const Surroundings& surroundings);

// Restores into `scratch`, a new directory that is removed again, opens everything and compares it
// with what the backup says of itself. Errors: as restore().
Result<Examination> drill(const RestoreRequest& request, const std::string& scratch,
                          const Surroundings& surroundings);

}  // namespace strongroom::backup
