#include "app/small_sealed_file.h"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strongroom::app {
namespace {

constexpr std::size_t kMostBytes = 4096;  // of what is in the file

Error unavailable(LiteralText message, const std::string& path) {
  return Error{Code::kUnavailable, message, path + ": " + std::generic_category().message(errno)};
}

// A file that is written beside its name and gets it when it is whole.
class Draft {
 public:
  explicit Draft(const std::string& path)
      : path_(path),
        draft_(path + ".new." + std::to_string(getpid())),
        file_(open(draft_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                   S_IRUSR | S_IWUSR)) {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (file_ < 0) return;
    close(file_);
    unlink(draft_.c_str());
  }

  Status write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = file_ < 0 ? -1 : ::write(file_, bytes.data(), bytes.size());
      if (written < 0 && file_ >= 0 && errno == EINTR) continue;
      if (written <= 0) return unavailable("The file could not be written.", path_);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

  // link(2) never replaces.
  Status publish() const {
    if (file_ < 0 || fsync(file_) != 0) return unavailable("The file could not be written.", path_);
    if (link(draft_.c_str(), path_.c_str()) == 0) return sync_directory();
    if (errno != EEXIST) return unavailable("The file could not be made.", path_);
    return Error{Code::kConflict, "The file is there already; it is not overwritten.", path_};
  }

 private:
  Status sync_directory() const {
    const std::size_t slash = path_.rfind('/');
    const std::string directory = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
    const int opened = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool done = opened >= 0 && fsync(opened) == 0;
    if (opened >= 0) close(opened);
    return done ? Status() : unavailable("The file's directory could not be written.", path_);
  }

  const std::string path_;
  const std::string draft_;
  const int file_;
};

// All that is in the file; the caller wipes it.
Result<std::string> read_all(crypto::SealedFileReader& reader) {
  std::string text;
  text.reserve(kMostBytes);
  while (true) {
    STRONGROOM_TRY(std::string piece, reader.next());
    if (piece.empty()) return text;
    if (text.size() + piece.size() > kMostBytes) {
      return Error{Code::kCorrupt, "What is in the sealed file cannot be read."};
    }
    text += piece;
    wipe(piece);
  }
}

}  // namespace

Status write_whole_file(const std::string& path, std::string_view bytes) {
  const Draft draft(path);
  STRONGROOM_CHECK(draft.write(bytes));
  return draft.publish();
}

Status write_small_sealed_file(const std::string& path, crypto::FileKind kind,
                               const crypto::FileReaders& readers, crypto::Random& random,
                               std::string_view content) {
  const Draft draft(path);
  STRONGROOM_TRY(auto writer, crypto::SealedFileWriter::begin(
                                  kind, readers, random,
                                  [&](std::string_view bytes) { return draft.write(bytes); }));
  STRONGROOM_CHECK(writer.write(content));
  STRONGROOM_CHECK(writer.finish());
  return draft.publish();
}

Result<SecretBytes> read_small_sealed_file(const std::string& path, crypto::FileKind kind,
                                           const crypto::FileOpener& opener) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                             &std::fclose);
  if (!file && errno == ENOENT) return Error{Code::kNotFound, "There is no such file.", path};
  if (!file) return unavailable("The file could not be read.", path);
  const auto source = [&](char* out, std::size_t size) -> Result<std::size_t> {
    const std::size_t got = std::fread(out, 1, size, file.get());
    if (got == 0 && std::ferror(file.get()) != 0) {
      return unavailable("The file could not be read.", path);
    }
    return got;
  };
  STRONGROOM_TRY(auto reader, crypto::SealedFileReader::begin(kind, opener, source));
  STRONGROOM_TRY(std::string text, read_all(reader));
  SecretBytes content(text);
  wipe(text);
  return content;
}

}  // namespace strongroom::app
