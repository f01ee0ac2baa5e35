#include "backup/plain_file.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strongroom::backup {
namespace {

Error failed(LiteralText message, const std::string& path) {
  if (errno == ENOSPC || errno == EDQUOT) {
    return Error{Code::kUnavailable, "The disk is full: make room, and do it again.", path};
  }
  return Error{Code::kUnavailable, message, path + ": " + std::generic_category().message(errno)};
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Result<NewFile> NewFile::make(const std::string& path) {
  const int descriptor =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (descriptor >= 0) return NewFile(path, descriptor);
  if (errno == EEXIST) {
    return Error{Code::kConflict, "The file is there already; it is not overwritten.", path};
  }
  return failed("A file cannot be made.", path);
}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), descriptor_(std::exchange(other.descriptor_, -1)) {}

NewFile::~NewFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!path_.empty()) unlink(path_.c_str());
}

void NewFile::give_to(uid_t user, gid_t group) const { (void)!fchown(descriptor_, user, group); }

Status NewFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return failed("A file could not be written.", path_);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

Status NewFile::finish() {
  if (fsync(descriptor_) != 0) return failed("A file could not be made durable.", path_);
  STRONGROOM_CHECK(sync_directory(directory_of(path_)));
  path_.clear();
  return {};
}

Status NewFile::finish_as(const std::string& path) {
  if (fsync(descriptor_) != 0) return failed("A file could not be made durable.", path_);
  if (rename(path_.c_str(), path.c_str()) != 0) return failed("A file cannot be named.", path);
  path_.clear();
  return sync_directory(directory_of(path));
}

Result<OldFile> OldFile::open(const std::string& path) {
  // Not blocking, so that a pipe in its place is refused and not waited for.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    if (errno == ENOENT) return Error{Code::kNotFound, "There is no such file.", path};
    return failed("A file cannot be read.", path);
  }
  OldFile file(descriptor);
  struct stat status {};
  if (fstat(descriptor, &status) != 0) return failed("A file cannot be read.", path);
  if (!S_ISREG(status.st_mode)) {
    return Error{Code::kInvalidArgument, "This is not a file.", path};
  }
  return file;
}

OldFile::OldFile(OldFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

OldFile::~OldFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<std::size_t> OldFile::read(char* out, std::size_t size) {
  for (;;) {
    const ssize_t got = ::read(descriptor_, out, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return failed("A file could not be read.", "read");
  }
}

Result<std::size_t> OldFile::size() const {
  struct stat about {};
  if (fstat(descriptor_, &about) != 0) {
    return Error{Code::kUnavailable, "A file cannot be read.",
                 std::generic_category().message(errno)};
  }
  return static_cast<std::size_t>(about.st_size);
}

Result<std::string> read_small(const std::string& path, std::size_t limit) {
  STRONGROOM_TRY(OldFile file, OldFile::open(path));
  // As large as it is now, and a byte to see that it has not grown.
  STRONGROOM_TRY(const std::size_t expected, file.size());
  if (expected > limit) return Error{Code::kInvalidArgument, "A file is too large.", path};
  std::string bytes(expected + 1, '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    STRONGROOM_TRY(const std::size_t got, file.read(bytes.data() + size, bytes.size() - size));
    if (got == 0) break;
    size += got;
  }
  if (size > expected) return Error{Code::kInvalidArgument, "A file grows while it is read.", path};
  bytes.resize(size);
  return bytes;
}

Status make_directory(const std::string& path) {
  if (mkdir(path.c_str(), S_IRWXU) == 0) return sync_directory(directory_of(path));
  if (errno == EEXIST) return {};
  return failed("A directory cannot be made.", path);
}

Status sync_directory(const std::string& path) {
  const int directory = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return failed("A directory cannot be opened.", path);
  const int outcome = fsync(directory);
  const int why = errno;
  close(directory);
  errno = why;
  if (outcome != 0) return failed("A directory could not be made durable.", path);
  return {};
}

}  // namespace strongroom::backup
