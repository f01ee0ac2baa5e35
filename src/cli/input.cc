#include "cli/input.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strongroom::cli {
namespace {

Error cannot(LiteralText message, const std::string& file, int cause) {
  return Error{cause == ENOENT ? Code::kNotFound : Code::kInvalidArgument, message,
               file + ": " + std::strerror(cause)};  // NOLINT(concurrency-mt-unsafe): one thread
}

Status read_all(int descriptor, const std::string& file, std::size_t most, std::string& text) {
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t size = read(descriptor, buffer.data(), buffer.size());
    if (size == 0) break;
    if (size < 0) return cannot("The file cannot be read.", file, errno);
    text.append(buffer.data(), static_cast<std::size_t>(size));
    if (text.size() > most) return cannot("The file is too large.", file, EFBIG);
  }
  explicit_bzero(buffer.data(), buffer.size());
  return {};
}

Result<InputText> read_file(const std::string& file, bool one_line, std::size_t most) {
  const bool standard_input = file == "-";
  const int descriptor = standard_input ? STDIN_FILENO : open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return cannot("The file cannot be opened.", file, errno);
  std::string text;
  text.reserve(kLongestInput / 16);  // seldom moved, so seldom left behind
  const Status read = read_all(descriptor, file, most, text);
  if (!standard_input) close(descriptor);
  std::string_view kept = text;
  if (one_line && kept.ends_with('\n')) kept.remove_suffix(1);
  if (one_line && kept.ends_with('\r')) kept.remove_suffix(1);
  InputText input{kept};
  wipe(text);
  STRONGROOM_CHECK(read);
  return input;
}

}  // namespace

Result<InputText> read_input(const std::string& file, std::size_t most) {
  return read_file(file, false, most);
}

Result<InputText> read_secret(const std::string& file) {
  return read_file(file, true, kLongestInput);
}

Status write_secret_file(const std::string& file, const InputText& text) {
  const int descriptor =
      open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) {
    if (errno == EEXIST) {
      return Error{Code::kConflict, "The file is there already; it is not overwritten.", file};
    }
    return cannot("The file cannot be made.", file, errno);
  }
  const std::string_view letters = text.reveal();
  const bool written =
      write(descriptor, letters.data(), letters.size()) == static_cast<ssize_t>(letters.size()) &&
      write(descriptor, "\n", 1) == 1;
  const int cause = errno;
  close(descriptor);
  if (!written) return cannot("The file cannot be written.", file, cause);
  return {};
}

}  // namespace strongroom::cli
