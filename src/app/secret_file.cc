#include "app/secret_file.h"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strongroom::app {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

Result<std::string_view> read_line_of_file(const std::string& path, bool guarded,
                                           const SecretFileWords& words, std::span<char> buffer) {
  // O_NONBLOCK: nobody waits for a pipe that is at its place.
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return Error{Code::kNotFound, words.unreadable, path};
  struct stat about {};
  const bool known = fstat(file, &about) == 0;
  const ssize_t got = read(file, buffer.data(), buffer.size());
  close(file);
  if (!known || !S_ISREG(about.st_mode) || (!guarded && (about.st_mode & 077) != 0)) {
    return Error{Code::kInvalidArgument, words.open_to_others, path};
  }
  std::string_view line(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty() || line.size() > kLongestSecretLine || std::ranges::any_of(line, is_control)) {
    return Error{Code::kInvalidArgument, words.empty, path};
  }
  return line;
}

}  // namespace strongroom::app
