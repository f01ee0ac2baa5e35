#include "crypto/key_provider.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "crypto/encoding.h"

namespace strongroom::crypto {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kTextLength = 2 * kKeyBytes;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int get() const { return number_; }
  bool ok() const { return number_ >= 0; }

 private:
  int number_;
};

Error unavailable(LiteralText message, const std::string& path) {
  return Error{Code::kUnavailable, message, path + ": " + std::generic_category().message(errno)};
}

Error malformed(LiteralText message, const std::string& path) {
  return Error{Code::kInvalidArgument, message, path};
}

// Reads until `out` is full or the file ends; the number of bytes, or nullopt.
std::optional<std::size_t> read_whole(int descriptor, std::span<char> out) {
  std::size_t size = 0;
  while (size < out.size()) {
    const ssize_t got = read(descriptor, out.data() + size, out.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  return size;
}

bool write_whole(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status sync_directory(const std::string& path) {
  const Descriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.ok() || fsync(directory.get()) != 0) {
    return unavailable("The root key's directory could not be written.", path);
  }
  return {};
}

// A new file at `path` with `text`, on the disk; its name in the directory is not yet.
Status write_new(const std::string& path, std::string_view text) {
  const Descriptor file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!file.ok()) return unavailable("The root key file could not be made.", path);
  if (fchmod(file.get(), S_IRUSR | S_IWUSR) != 0 || !write_whole(file.get(), text) ||
      fsync(file.get()) != 0) {
    Error error = unavailable("The root key file could not be written.", path);
    unlink(path.c_str());
    return error;
  }
  return {};
}

// Gives the finished `draft` its name, unless something has that name already: link(2) never
// replaces, and a crash leaves either no key or a whole one.
Status publish(const std::string& draft, const std::string& path) {
  const int linked = link(draft.c_str(), path.c_str());
  const int problem = errno;
  unlink(draft.c_str());
  if (linked == 0) return sync_directory(directory_of(path));
  if (problem == EEXIST) {
    return Error{Code::kConflict, "There is a root key file already; it is kept.", path};
  }
  errno = problem;
  return unavailable("The root key file could not be made.", path);
}

Result<RootKey> parse_root_key(std::string_view text, const std::string& path) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::optional<std::string> bytes;
  if (text.size() == kTextLength) bytes = hex_decode(text);
  if (!bytes) return malformed("The root key file does not hold 64 hexadecimal characters.", path);
  RootKey key(*bytes);
  wipe(*bytes);
  return key;
}

}  // namespace

Result<RootKey> read_root_key(const std::string& path, KeyFileReaders readers) {
  // Not blocking, so that a pipe in the key's place is refused and not waited for.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.ok() && errno == ENOENT) {
    return Error{Code::kNotFound, "There is no root key file.", path};
  }
  struct stat status {};
  if (!file.ok() || fstat(file.get(), &status) != 0) {
    return unavailable("The root key file could not be read.", path);
  }
  if (!S_ISREG(status.st_mode)) return malformed("The root key is not a file.", path);
  const bool others_may = (status.st_mode & (S_IRWXG | S_IRWXO)) != 0;
  if (others_may && readers == KeyFileReaders::kOwnerOnly) {
    return malformed("The root key file may be used by others than its owner; chmod 600.", path);
  }
  std::array<char, kTextLength + 2> text;  // one more than is right, to see what is too long
  const std::optional<std::size_t> size = read_whole(file.get(), text);
  if (!size) return unavailable("The root key file could not be read.", path);
  Result<RootKey> key = parse_root_key({text.data(), *size}, path);
  wipe(std::as_writable_bytes(std::span(text)));
  return key;
}

Status make_root_key(const std::string& path, Random& random) {
  std::array<std::byte, kKeyBytes> bytes;
  random.fill(bytes);
  const RootKey key({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  wipe(bytes);
  return write_root_key(path, key);
}

Status write_root_key(const std::string& path, const RootKey& key) {
  const std::string_view bytes = key.reveal();
  std::string digits = hex(std::as_bytes(std::span(bytes.data(), bytes.size())));
  std::array<char, kTextLength + 1> text;
  std::ranges::copy(digits, text.begin());
  text.back() = '\n';
  wipe(digits);
  const std::string draft = path + ".new." + std::to_string(getpid());
  Status written = write_new(draft, {text.data(), text.size()});
  wipe(std::as_writable_bytes(std::span(text)));
  STRONGROOM_CHECK(std::move(written));
  return publish(draft, path);
}

}  // namespace strongroom::crypto
