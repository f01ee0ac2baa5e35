#include "app/initial_password.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "identity/users.h"

namespace strongroom::app {
namespace {

constexpr std::string_view kBelow =
    "\n\n"
    "This is the password of the first administrator, for the first sign-in to the console. It "
    "has\n"
    "to be changed then, and this file is removed. Lost? strongroom user reset-password --help\n";

Error cannot(const std::string& path) {
  return Error{Code::kUnavailable, "The file with the first password cannot be written or removed.",
               path + ": " + std::strerror(errno)};  // NOLINT(concurrency-mt-unsafe): one thread
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool sync_directory_of(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  const int directory = open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return false;
  const bool synced = fsync(directory) == 0;
  close(directory);
  return synced;
}

}  // namespace

bool InitialPassword::is_there() const {
  std::error_code problem;
  return std::filesystem::exists(path_, problem);
}

Status InitialPassword::write(const crypto::Password& password) const {
  const std::string temporary = path_ + ".new";
  unlink(temporary.c_str());
  const int file =
      open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return cannot(temporary);
  // On lines of their own, so that each can be copied whole.
  const bool written = write_all(file, "user      ") &&
                       write_all(file, identity::kFirstAdministrator) &&
                       write_all(file, "\npassword  ") && write_all(file, password.reveal()) &&
                       write_all(file, kBelow) && fsync(file) == 0;
  const bool closed = close(file) == 0;
  if (!written || !closed || rename(temporary.c_str(), path_.c_str()) != 0 ||
      !sync_directory_of(path_)) {
    return cannot(path_);
  }
  return {};
}

Status InitialPassword::remove() const {
  if (unlink(path_.c_str()) == 0 || errno == ENOENT) return {};
  return cannot(path_);
}

}  // namespace strongroom::app
