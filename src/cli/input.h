#pragma once
// Secrets and files that a command is given: by name of a file or "-" for standard input, never as
// an argument, which every user of the machine can read.

#include <cstddef>
#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace strongroom::cli {

using InputText = Secret<struct InputTextKind>;

inline constexpr std::size_t kLongestInput = std::size_t{1024} * 1024;

// The whole of `file`, at most `most` bytes; "-" is standard input. Errors: kNotFound,
// kInvalidArgument.
Result<InputText> read_input(const std::string& file, std::size_t most = kLongestInput);

// As read_input(), without the line end that an editor or `echo` put behind the secret.
Result<InputText> read_secret(const std::string& file);

// Writes `text` and a newline to a new file of mode 0600; kConflict if there is one already.
Status write_secret_file(const std::string& file, const InputText& text);

}  // namespace strongroom::cli
