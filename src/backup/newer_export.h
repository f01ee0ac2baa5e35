#pragma once
// The same as backup/newer_trail.h from an export of the trail (audit/export.h), which can be kept
// where the server's disk is not.

#include <string>
#include <vector>

#include "backup/manifest.h"
#include "backup/newer_trail.h"
#include "backup/open_data.h"
#include "base/result.h"
#include "storage/event_rows.h"

namespace strongroom::backup {

// Whether the file at `path` begins as a database does. False: also where it cannot be read.
bool is_database(const std::string& path);

// Reads the export at `path`, and verifies all of it as `audit verify` does. If it goes on from the
// head that `manifest` names, `newer` has what came since, and confirms. `public_key`: of the
// server that made the backup, by which the export's checkpoints must be signed; empty: not known.
//
// Anybody can write events behind the last checkpoint, or cut the export there. So with a public
// key it confirms only if a checkpoint stands behind the backup's head; and what comes behind the
// last one takes rights away, and gives none again.
//
// Errors: kCorrupt and kInvalidArgument, as audit::verify_export(); kNotFound, it does not go on
// from the backup, or is older: it is another trail; or there is no such file; kConflict, it is
// another file than at the beginning.
Status read_newer_export(const std::string& path, const Manifest& manifest,
                         const std::string& public_key, Newer& newer);

// How often each key whose uses are limited was used, with the uses that `newer` counted since the
// backup in `data`, whose trail is open: an export has the events, and not the count. Errors: as
// Store::read().
Result<std::vector<storage::KeyUseRow>> limited_key_uses(OpenData& data, const Newer& newer);

}  // namespace strongroom::backup
