#include "identity/breached_passwords.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/digest.h"

namespace strongroom::identity {
namespace {

constexpr std::size_t kHashDigits = 40;
constexpr std::size_t kLongestLine = 64;  // hash, colon, count and line end
constexpr std::uint64_t kSamples = 1000;
constexpr std::uint64_t kSmall = std::uint64_t{1} << 20;  // read line by line when it is opened

Error unreadable(const std::string& why) {
  return Error{Code::kUnavailable, "The list of breached passwords cannot be read.", why};
}

Error no_list(std::uint64_t offset) {
  return Error{Code::kInvalidArgument,
               "The file of breached passwords is no list of SHA-1 hashes in their order "
               "(HASH:COUNT, one a line).",
               "at byte " + std::to_string(offset)};
}

// The hash at the start of a line, in capital letters; nullopt: the line does not begin with one.
std::optional<std::string> hash_of(std::string_view line) {
  if (line.size() < kHashDigits) return std::nullopt;
  std::string hash(line.substr(0, kHashDigits));
  for (char& c : hash) {
    if ('a' <= c && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    const bool is_digit = ('0' <= c && c <= '9') || ('A' <= c && c <= 'F');
    if (!is_digit) return std::nullopt;
  }
  const std::string_view rest = line.substr(kHashDigits);
  if (!rest.empty() && rest.front() != ':' && rest.front() != '\r') return std::nullopt;
  return hash;
}

}  // namespace

// A file that stays open, so that a list which is replaced meanwhile is still the one that was
// looked at.
class BreachedPasswords::Reader {
 public:
  struct Line {
    std::uint64_t offset = 0;
    std::uint64_t next = 0;  // where the one after it begins
    std::string hash;
  };

  explicit Reader(int descriptor) : descriptor_(descriptor) {}
  ~Reader() { close(descriptor_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  Result<std::uint64_t> size() const {
    struct stat status {};
    if (fstat(descriptor_, &status) != 0) return unreadable(std::generic_category().message(errno));
    if (!S_ISREG(status.st_mode)) return unreadable("it is no file");
    return static_cast<std::uint64_t>(status.st_size);
  }

  // The line that begins at `offset`.
  Result<Line> line_at(std::uint64_t offset) const {
    STRONGROOM_TRY(const std::string text, read(offset));
    const std::size_t end = text.find('\n');
    const auto hash = hash_of(std::string_view(text).substr(0, std::min(end, text.size())));
    if (!hash || (end == std::string::npos && text.size() > kLongestLine)) return no_list(offset);
    const std::size_t length = end == std::string::npos ? text.size() : end + 1;
    return Line{offset, offset + length, *hash};
  }

  // Where the first line after `offset` begins, at most kLongestLine later; `offset` itself where
  // it is 0.
  Result<std::uint64_t> line_after(std::uint64_t offset) const {
    if (offset == 0) return std::uint64_t{0};
    STRONGROOM_TRY(const std::string text, read(offset - 1));
    const std::size_t end = text.find('\n');
    if (end == std::string::npos && text.size() > kLongestLine) return no_list(offset);
    return end == std::string::npos ? offset - 1 + text.size() : offset + end;
  }

 private:
  // Somewhat more than a line from there on; less at the end of the file.
  Result<std::string> read(std::uint64_t offset) const {
    std::array<char, kLongestLine + 1> bytes{};
    std::size_t got = 0;
    while (got < bytes.size()) {
      const ssize_t count = pread(descriptor_, bytes.data() + got, bytes.size() - got,
                                  static_cast<off_t>(offset + got));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return unreadable(std::generic_category().message(errno));
      if (count == 0) break;
      got += static_cast<std::size_t>(count);
    }
    return std::string(bytes.data(), got);
  }

  const int descriptor_;
};

BreachedPasswords::BreachedPasswords(std::unique_ptr<Reader> reader) : reader_(std::move(reader)) {}
BreachedPasswords::BreachedPasswords(BreachedPasswords&&) noexcept = default;
BreachedPasswords& BreachedPasswords::operator=(BreachedPasswords&&) noexcept = default;
BreachedPasswords::~BreachedPasswords() = default;

Result<BreachedPasswords> BreachedPasswords::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    return Error{Code::kNotFound, "The file of breached passwords cannot be opened.",
                 path + ": " + std::generic_category().message(errno)};
  }
  auto reader = std::make_unique<Reader>(descriptor);
  STRONGROOM_TRY(const std::uint64_t size, reader->size());
  if (size == 0) return no_list(0);
  const std::uint64_t stride = size <= kSmall ? 0 : size / kSamples;
  std::string before;
  for (std::uint64_t offset = 0; offset < size;) {
    STRONGROOM_TRY(const Reader::Line line, reader->line_at(offset));
    if (!before.empty() && line.hash <= before) return no_list(offset);
    before = line.hash;
    STRONGROOM_TRY(offset, reader->line_after(std::max(line.next, offset + stride)));
  }
  return BreachedPasswords(std::move(reader));
}

Status BreachedPasswords::check(const crypto::Password& password, std::string_view field) const {
  STRONGROOM_TRY(const std::uint64_t size, reader_->size());
  const std::string wanted = *hash_of(crypto::hex(crypto::sha1(password.reveal())));
  // The line is, if there is one, among those that begin from `low` up to before `high`.
  std::uint64_t low = 0;
  std::uint64_t high = size;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    STRONGROOM_TRY(const std::uint64_t begin, reader_->line_after(middle));
    if (begin >= high) {
      high = middle;  // no line begins between the two
      continue;
    }
    STRONGROOM_TRY(const Reader::Line line, reader_->line_at(begin));
    if (line.hash == wanted) {
      return Error{
          Code::kInvalidArgument,
          "This password was stolen elsewhere and published, so it is among the first that "
          "are tried.",
          {},
          "breached_password"}
          .at(std::string(field));
    }
    if (line.hash < wanted) {
      low = line.next;
    } else {
      high = middle;
    }
  }
  return {};
}

}  // namespace strongroom::identity
