#pragma once
// Where the root key comes from: a file, or a systemd credential (which is a file too).

#include <string>

#include "base/result.h"
#include "crypto/key_ring.h"
#include "crypto/random.h"

namespace strongroom::crypto {

// Who may be able to read a root key file.
enum class KeyFileReaders {
  kOwnerOnly,
  kAsGiven,  // for systemd's credentials, whose access lists show up as group rights in the mode
};

// Reads a root key file: 64 hexadecimal characters and a newline, which may be missing.
//
// Errors:
//   kNotFound         there is no such file
//   kInvalidArgument  not such a key; or others than its owner may read the file
//   kUnavailable      it cannot be read
Result<RootKey> read_root_key(const std::string& path,
                              KeyFileReaders readers = KeyFileReaders::kOwnerOnly);

// Makes a root key file of mode 0600, durably, in a directory that exists. A crash leaves a whole
// file or none.
//
// Errors:
//   kConflict     there is something of that name already; it is kept
//   kUnavailable  it cannot be written
Status make_root_key(const std::string& path, Random& random);

// The same of a key that is there.
Status write_root_key(const std::string& path, const RootKey& key);

}  // namespace strongroom::crypto
