#pragma once
// Sealed files that hold a key or two, written and read as a whole; and how a file is made that is
// there as a whole or not at all.

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "crypto/sealed_file.h"

namespace strongroom::app {

// A new file of mode 0600, durably: a whole one or none.
// Errors: kConflict, there is something of that name; kUnavailable.
Status write_whole_file(const std::string& path, std::string_view bytes);

// The same of `content`, sealed. Errors: also as SealedFileWriter::begin().
Status write_small_sealed_file(const std::string& path, crypto::FileKind kind,
                               const crypto::FileReaders& readers, crypto::Random& random,
                               std::string_view content);

// Errors: kNotFound; kUnavailable; as SealedFileReader; kCorrupt also for what is longer than 4
// KiB.
Result<SecretBytes> read_small_sealed_file(const std::string& path, crypto::FileKind kind,
                                           const crypto::FileOpener& opener);

}  // namespace strongroom::app
