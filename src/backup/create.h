#pragma once
// Makes a backup of a data directory, while it is served or while it is not.

#include <cstdint>
#include <string>

#include "backup/manifest.h"
#include "base/clock.h"
#include "base/result.h"
#include "crypto/random.h"
#include "crypto/sealed_file.h"

namespace strongroom::backup {

struct Source {
  std::string data_directory;
  std::string program;               // the version of this program
  const std::string* root_key = {};  // 64 hexadecimal characters, to be included; null: it is not
};

// Makes a backup at `path`, which is not there yet: in `path`.partial first, and renamed when it is
// durable, so that a file of that name is a whole backup. The databases are copied below the data
// directory meanwhile, with their rows sealed as they are.
//
// Errors:
//   kConflict         a backup is being made already, there is something at `path`, or a restore
//                     of the directory was interrupted
//   kInvalidArgument  nobody could read it
//   kUnavailable      full disk, or something cannot be read. The data directory's disk has to have
//                     room for the copies and for a server that goes on serving; it is asked first.
//   kCorrupt          a database is damaged
Result<Manifest> create(const Source& source, const crypto::FileReaders& readers,
                        const std::string& path, const Clock& clock, crypto::Random& random);

}  // namespace strongroom::backup
