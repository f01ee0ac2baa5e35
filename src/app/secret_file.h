#pragma once
// A secret of one line in a file that the configuration names, or in a systemd credential.

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace strongroom::app {

// What is said of a file that will not do.
struct SecretFileWords {
  LiteralText unreadable;
  LiteralText open_to_others;
  LiteralText empty;  // or of more than one line
};

inline constexpr std::size_t kLongestSecretLine = 8'191;  // bytes

// Reads the one line of the file at `path`, without its end, into `buffer`, which the caller wipes.
// Valid while `buffer` is. Errors: as read_secret_line().
Result<std::string_view> read_line_of_file(const std::string& path, bool guarded,
                                           const SecretFileWords& words, std::span<char> buffer);

// The one line of the file at `path`: at most kLongestSecretLine bytes, not empty, without control
// characters. `guarded`: the directory guards it, whatever its mode, as that of systemd's
// credentials does.
//
// Errors, each with the path as detail:
//   kNotFound         the file cannot be opened
//   kInvalidArgument  it is no plain file, or group or others may use it; or that is not what it
//   has
template <class Kind>
Result<Secret<Kind>> read_secret_line(const std::string& path, bool guarded,
                                      const SecretFileWords& words) {
  std::array<char, kLongestSecretLine + 3> buffer{};  // the end of the line too
  const auto line = read_line_of_file(path, guarded, words, buffer);
  Secret<Kind> secret(line ? *line : std::string_view());
  wipe(std::as_writable_bytes(std::span(buffer)));
  if (!line) return line.error();
  return secret;
}

}  // namespace strongroom::app
