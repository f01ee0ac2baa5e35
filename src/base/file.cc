#include "base/file.h"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strongroom {
namespace {

Error failed(LiteralText message, int cause) {
  return Error{Code::kUnavailable, message,
               std::strerror(cause)};  // NOLINT(concurrency-mt-unsafe): glibc's is safe
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

class SystemFile final : public File {
 public:
  SystemFile(int descriptor, std::uint64_t size) : descriptor_(descriptor), size_(size) {}

  std::uint64_t size() const override { return size_; }

  Result<std::string> read(std::uint64_t offset, std::size_t count) override {
    std::string bytes(count, '\0');
    std::size_t done = 0;
    while (done < count) {
      const ssize_t got = pread(descriptor_.number(), bytes.data() + done, count - done,
                                static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failed("A file could not be read.", errno);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
  }

  Status write(std::uint64_t offset, std::string_view bytes) override {
    if (offset > size_ || bytes.size() > size_ - offset) {
      return Error{Code::kInternal, "A file was to be written behind its end."};
    }
    while (!bytes.empty()) {
      const ssize_t put =
          pwrite(descriptor_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return failed("A file could not be written.", errno);
      bytes.remove_prefix(static_cast<std::size_t>(put));
      offset += static_cast<std::uint64_t>(put);
    }
    return {};
  }

  Status sync() override {
    if (fdatasync(descriptor_.number()) == 0) return {};
    return failed("A file could not be made durable.", errno);
  }

 private:
  Descriptor descriptor_;
  std::uint64_t size_;
};

Status sync_directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const Descriptor opened(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.number() >= 0 && fsync(opened.number()) == 0) return {};
  return failed("A directory could not be made durable.", errno);
}

}  // namespace

Result<std::unique_ptr<File>> open_preallocated(const std::string& path, std::uint64_t size) {
  const int descriptor =
      open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return failed("A file could not be opened.", errno);
  auto file = std::make_unique<SystemFile>(descriptor, size);  // closes it from here on
  if (fchmod(descriptor, S_IRUSR | S_IWUSR) != 0) {
    return failed("A file's permissions could not be set.", errno);
  }
  const int problem = posix_fallocate(descriptor, 0, static_cast<off_t>(size));
  if (problem != 0) return failed("There is no room for a file.", problem);
  if (fsync(descriptor) != 0) return failed("A file could not be made durable.", errno);
  STRONGROOM_CHECK(sync_directory_of(path));
  return std::unique_ptr<File>(std::move(file));
}

}  // namespace strongroom
