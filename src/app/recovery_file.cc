#include "app/recovery_file.h"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include <boost/json.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/input.h"
#include "crypto/encoding.h"

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

// {"root_key":…,"root_id":…,"data_id":…,"exported_at":…}; the caller wipes it.
std::string to_json(const RecoveryContent& content) {
  const std::string_view key = content.root.reveal();
  std::string digits = crypto::hex(std::as_bytes(std::span(key.data(), key.size())));
  std::string text;
  text.reserve(kMostBytes);
  text.append("{\"root_key\":\"").append(digits);
  text.append("\",\"root_id\":\"").append(content.root_id);
  text.append("\",\"data_id\":\"").append(content.data_id);
  text.append("\",\"exported_at\":\"").append(rfc3339(content.exported_at)).append("\"}\n");
  wipe(digits);
  return text;
}

Error damaged() { return Error{Code::kCorrupt, "What is in the recovery file cannot be read."}; }

Result<std::string> member(const boost::json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return damaged();
  return std::string(value->get_string());
}

Result<RecoveryContent> from_json(std::string_view text) {
  STRONGROOM_TRY(boost::json::value value, parse_json(text));
  boost::json::object* const object = value.if_object();
  if (object == nullptr) return damaged();
  STRONGROOM_TRY(std::string digits, member(*object, "root_key"));
  std::optional<std::string> key = crypto::hex_decode(digits);
  wipe(digits);
  if (!key || key->size() != 32) return damaged();
  RecoveryContent content{.root = crypto::RootKey(*key)};
  wipe(*key);
  boost::json::string& kept = object->at("root_key").get_string();
  wipe(std::as_writable_bytes(std::span(kept.data(), kept.size())));
  STRONGROOM_TRY(content.root_id, member(*object, "root_id"));
  STRONGROOM_TRY(content.data_id, member(*object, "data_id"));
  STRONGROOM_TRY(const std::string exported_at, member(*object, "exported_at"));
  const auto at = parse_rfc3339(exported_at);
  if (!at) return damaged();
  content.exported_at = *at;
  return content;
}

// All that is in the file; the caller wipes it.
Result<std::string> read_all(crypto::SealedFileReader& reader) {
  std::string text;
  text.reserve(kMostBytes);
  while (true) {
    STRONGROOM_TRY(std::string piece, reader.next());
    if (piece.empty()) return text;
    if (text.size() + piece.size() > kMostBytes) return damaged();
    text += piece;
    wipe(piece);
  }
}

}  // namespace

Status write_recovery_file(const std::string& path, const RecoveryContent& content,
                           const crypto::FileReaders& readers, crypto::Random& random) {
  const Draft draft(path);
  STRONGROOM_TRY(auto writer, crypto::SealedFileWriter::begin(
                                  crypto::FileKind::kRecovery, readers, random,
                                  [&](std::string_view bytes) { return draft.write(bytes); }));
  std::string text = to_json(content);
  const Status written = writer.write(text);
  wipe(text);
  STRONGROOM_CHECK(written);
  STRONGROOM_CHECK(writer.finish());
  return draft.publish();
}

Result<RecoveryContent> read_recovery_file(const std::string& path,
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
  STRONGROOM_TRY(auto reader,
                 crypto::SealedFileReader::begin(crypto::FileKind::kRecovery, opener, source));
  STRONGROOM_TRY(std::string text, read_all(reader));
  auto content = from_json(text);
  wipe(text);
  return content;
}

Result<crypto::FilePassphrase> read_file_passphrase(const std::string& file) {
  STRONGROOM_TRY(const cli::InputText text, cli::read_secret(file));
  if (text.reveal().size() < 12) {
    return Error{Code::kInvalidArgument, "A passphrase needs 12 characters or more.", file};
  }
  return crypto::FilePassphrase(text.reveal());
}

Result<crypto::FileIdentity> read_file_identity(const std::string& file) {
  STRONGROOM_TRY(const cli::InputText text, cli::read_secret(file));
  return crypto::FileIdentity(text.reveal());
}

}  // namespace strongroom::app
