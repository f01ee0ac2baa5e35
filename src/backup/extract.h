#pragma once
// Reads a backup: to check it, or to put its files into a directory.

#include <functional>
#include <string>

#include "backup/manifest.h"
#include "base/result.h"
#include "crypto/sealed_file.h"

namespace strongroom::backup {

// Reads the backup at `path` to its end and compares each part with what the manifest says of it.
//
// Errors:
//   kNotFound          there is no such file
//   kInvalidArgument   it is no backup, or of a newer version of sealed files
//   kPermissionDenied  wrong passphrase, or not a recipient
//   kConflict          it was made by a newer version
//   kCorrupt           it was changed or cut, or a part is not what it should be
Result<Manifest> check(const std::string& path, const crypto::FileOpener& opener);

// As check(), and writes the parts into `directory`, which is empty: files of mode 0600, durable.
// The root key is not written; it comes in `root_key`, empty if the backup has none, which the
// caller wipes.
Result<Manifest> extract(const std::string& path, const crypto::FileOpener& opener,
                         const std::string& directory, std::string& root_key);

}  // namespace strongroom::backup
