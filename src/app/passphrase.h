#pragma once
// The passphrase that guards a root key: from a file, a systemd credential or a person, never from
// an argument or the environment.

#include <string>

#include "base/result.h"
#include "crypto/sealed_file.h"

namespace strongroom::app {

// What a file holds, with or without a line end; at least 12 characters.
// Errors: kNotFound, kInvalidArgument.
Result<crypto::FilePassphrase> read_file_passphrase(const std::string& file);

// From `file`, else from `credentials_directory`/root-passphrase, else typed on the terminal that
// the process was started from, where nobody sees it: twice for a new one.
//
// Errors: kNotFound, there is none of the three; kInvalidArgument, it is too short, others may read
// the file, or the two that were typed differ.
Result<crypto::FilePassphrase> find_passphrase(const std::string& file,
                                               const std::string& credentials_directory,
                                               bool is_new);

}  // namespace strongroom::app
