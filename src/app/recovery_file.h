#pragma once
// The recovery file: the root key, sealed for a recipient or under a passphrase, for the day on
// which the root key itself is lost.

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/key_ring.h"
#include "crypto/random.h"
#include "crypto/sealed_file.h"

namespace strongroom::app {

struct RecoveryContent {
  crypto::RootKey root;
  std::string root_id = {};  // crypto::KeyRing::root_id()
  std::string data_id = {};  // of which data (vault::RootKeys::data_id())
  WallTime exported_at{};
};

// Writes a new file of mode 0600, durably: a whole one or none.
// Errors: kConflict, there is something of that name; kUnavailable; as SealedFileWriter::begin().
Status write_recovery_file(const std::string& path, const RecoveryContent& content,
                           const crypto::FileReaders& readers, crypto::Random& random);

// Errors: kNotFound; kUnavailable; as SealedFileReader: kInvalidArgument, kPermissionDenied,
// kCorrupt.
Result<RecoveryContent> read_recovery_file(const std::string& path,
                                           const crypto::FileOpener& opener);

// What a file holds, with or without a line end. Errors: kNotFound, kInvalidArgument.
Result<crypto::FileIdentity> read_file_identity(const std::string& file);

}  // namespace strongroom::app
