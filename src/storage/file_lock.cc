#include "storage/file_lock.h"

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace strongroom::storage {
namespace {

Error file_error(LiteralText message, std::string_view path) {
  const std::error_code why(errno, std::generic_category());
  return Error{Code::kUnavailable, message, std::string(path) + ": " + why.message()};
}

Status sync_path(const std::string& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return file_error("a file cannot be opened", path);
  const int outcome = ::fsync(descriptor);
  const int why = errno;
  ::close(descriptor);
  errno = why;
  if (outcome != 0) return file_error("a file cannot be made durable", path);
  return {};
}

}  // namespace

Result<FileLock> FileLock::take(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return file_error("the database's lock file cannot be opened", path);
  FileLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) {
    return Error{Code::kUnavailable, "another process is using this database", path};
  }
  return file_error("the database's lock file cannot be locked", path);
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status make_private_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return file_error("a file cannot be made", path);
  ::close(descriptor);
  return {};
}

Status sync_file(const std::string& path) { return sync_path(path, O_RDONLY); }

Status sync_directory_of(const std::string& path) {
  const std::filesystem::path directory = std::filesystem::path(path).parent_path();
  return sync_path(directory.empty() ? "." : directory.string(), O_RDONLY | O_DIRECTORY);
}

}  // namespace strongroom::storage
