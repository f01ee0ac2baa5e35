#include "backup/create.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <system_error>
#include <utility>

#include "backup/archive.h"
#include "backup/plain_file.h"
#include "backup/switch_over.h"
#include "base/secret.h"
#include "crypto/digest_stream.h"
#include "crypto/encoding.h"
#include "crypto/uuid.h"
#include "storage/database_copy.h"
#include "storage/event_rows.h"
#include "storage/file_lock.h"
#include "storage/restore_rows.h"
#include "storage/row_set_rows.h"

namespace strongroom::backup {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPiece = std::size_t{64} << 10;
constexpr std::uintmax_t kSpareRoom = std::uintmax_t{16} << 20;  // for a server that serves
constexpr std::size_t kMaxSmallFile = std::size_t{1} << 20;
constexpr std::string_view kSmallParts[] = {"tls/ca.crt", "tls/ca.key", "tls/server.crt",
                                            "tls/server.key"};

// Where the copies lie; all of it goes when this dies, and what a crash left goes at the next
// backup.
class Scratch {
 public:
  static Result<Scratch> make(const std::string& data) {
    auto lock = storage::FileLock::take(data + "/backup.lock");
    if (!lock) return Error{Code::kConflict, "A backup is being made already.", data};
    Scratch scratch(data + "/backup.making", *std::move(lock));
    scratch.remove();
    STRONGROOM_CHECK(make_directory(scratch.path_));
    return scratch;
  }
  Scratch(Scratch&& other) noexcept
      : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() { remove(); }

  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  Scratch(std::string path, storage::FileLock lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}
  void remove() {
    std::error_code ignored;  // what could not be removed fails the next step
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  std::string path_;
  storage::FileLock lock_;
};

Status for_each_piece(const std::string& path,
                      const std::function<Status(std::string_view)>& take) {
  STRONGROOM_TRY(OldFile file, OldFile::open(path));
  std::string buffer(kPiece, '\0');
  for (;;) {
    STRONGROOM_TRY(const std::size_t got, file.read(buffer.data(), buffer.size()));
    if (got == 0) return {};
    STRONGROOM_CHECK(take(std::string_view(buffer).substr(0, got)));
  }
}

Status copy_file(const std::string& from, const std::string& to) {
  STRONGROOM_TRY(NewFile file, NewFile::make(to));
  STRONGROOM_CHECK(for_each_piece(from, [&](std::string_view piece) { return file.write(piece); }));
  return file.finish();
}

std::uintmax_t size_of(const std::string& path) {
  std::error_code why;
  const std::uintmax_t size = fs::file_size(path, why);
  return why ? 0 : size;
}

// Before anything is copied: a server that serves from this disk needs room for its audit trail
// all the while, and answers no look-up without.
Status check_room(const std::string& data) {
  std::uintmax_t needed = kSpareRoom + size_of(data + "/journal");
  for (const std::string_view name : {kStatePart, kAuditPart}) {
    const std::string database = data + "/" + std::string(name);
    needed += size_of(database) + size_of(database + "-wal");
  }
  std::error_code why;
  const fs::space_info space = fs::space(data, why);
  if (why || space.available >= needed) return {};  // who cannot ask finds out by writing
  return Error{
      Code::kUnavailable,
      "The data directory's disk has no room for the copies that a backup is made of: make "
      "room, and do it again.",
      std::to_string(needed) + " bytes are needed, " + std::to_string(space.available) +
          " are free"};
}

// One part: where its bytes are. The root key is in memory alone, and never lies beside the copies.
struct Content {
  Part part;
  std::string path = {};
  const std::string* text = nullptr;
};

Status take_content(const Content& content, const std::function<Status(std::string_view)>& take) {
  if (content.text != nullptr) return take(*content.text);
  return for_each_piece(content.path, take);
}

Status measure(Content& content) {
  crypto::Sha256Stream digest;
  content.part.size = 0;
  STRONGROOM_CHECK(take_content(content, [&](std::string_view piece) -> Status {
    digest.add(piece);
    content.part.size += static_cast<std::int64_t>(piece.size());
    return {};
  }));
  content.part.sha256 = crypto::hex(digest.finish());
  return {};
}

// The journal first: an answer that is stored meanwhile is in the state, too, and one that is
// settled already does no harm. The trail last: it tells of everything that the state has.
Result<std::vector<Content>> copy_all(const Source& source, const Scratch& scratch) {
  const std::string& data = source.data_directory;
  std::vector<Content> contents;
  const auto add = [&](std::string_view name, std::string path) {
    contents.push_back({.part = {.name = std::string(name)}, .path = std::move(path)});
  };
  if (fs::exists(data + "/journal")) {
    STRONGROOM_CHECK(copy_file(data + "/journal", scratch.file(kJournalPart)));
    add(kJournalPart, scratch.file(kJournalPart));
  }
  for (const std::string_view name : {kStatePart, kAuditPart}) {
    STRONGROOM_CHECK(storage::copy_database(data + "/" + std::string(name), scratch.file(name)));
    add(name, scratch.file(name));
  }
  if (source.root_key != nullptr) {
    contents.push_back({.part = {.name = std::string(kRootKeyPart)}, .text = source.root_key});
  }
  for (const std::string_view name : kSmallParts) {
    const std::string path = data + "/" + std::string(name);
    std::error_code why;
    if (fs::exists(path, why) && fs::file_size(path, why) <= kMaxSmallFile) add(name, path);
  }
  for (Content& content : contents) STRONGROOM_CHECK(measure(content));
  return contents;
}

Status describe_state(const std::string& path, Manifest& manifest) {
  STRONGROOM_TRY(manifest.state_schema, storage::schema_version(path, storage::state_schema()));
  return storage::read_copy(path, [&](storage::Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(const auto sets, storage::find_row_sets(snapshot));
    if (sets) manifest.state_generation = sets->generation;
    STRONGROOM_TRY(manifest.server, storage::first_server_key(snapshot));
    STRONGROOM_TRY(const auto counts, storage::count_rows(snapshot));
    for (const storage::RowCount& count : counts) {
      manifest.tables.push_back({count.table, count.rows});
    }
    return {};
  });
}

Status describe_audit(const std::string& path, Manifest& manifest) {
  STRONGROOM_TRY(manifest.audit_schema, storage::schema_version(path, storage::audit_schema()));
  return storage::read_copy(path, [&](storage::Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(const auto last, storage::last_events(snapshot, 1));
    manifest.audit_head = std::string(64, '0');
    if (last.empty()) return {};
    manifest.audit_events = last.front().sequence;
    const auto* const bytes = reinterpret_cast<const std::byte*>(last.front().hash.data());
    manifest.audit_head = crypto::hex({bytes, last.front().hash.size()});
    return {};
  });
}

Result<Manifest> describe(const Source& source, const Scratch& scratch, WallTime now,
                          crypto::Random& random) {
  Manifest manifest;
  manifest.id = crypto::make_uuid(now, random);
  manifest.created_at = now;
  manifest.program = source.program;
  STRONGROOM_CHECK(describe_state(scratch.file(kStatePart), manifest));
  STRONGROOM_CHECK(describe_audit(scratch.file(kAuditPart), manifest));
  return manifest;
}

Status write_all(const Manifest& manifest, const std::vector<Content>& contents,
                 crypto::SealedFileWriter& writer) {
  STRONGROOM_TRY(const std::string head, archive_head(manifest));
  STRONGROOM_CHECK(writer.write(head));
  for (const Content& content : contents) {
    STRONGROOM_CHECK(
        take_content(content, [&](std::string_view piece) { return writer.write(piece); }));
  }
  return writer.finish();
}

}  // namespace

Result<Manifest> create(const Source& source, const crypto::FileReaders& readers,
                        const std::string& path, const Clock& clock, crypto::Random& random) {
  std::error_code why;
  if (fs::exists(path, why)) {
    return Error{Code::kConflict, "The file is there already; it is not overwritten.", path};
  }
  const WallTime now = clock.now();
  if (is_switching(source.data_directory)) {
    return Error{
        Code::kConflict,
        "A restore of this data directory was interrupted: start the server, or the restore "
        "again, which finishes it.",
        source.data_directory};
  }
  STRONGROOM_TRY(const Scratch scratch, Scratch::make(source.data_directory));
  STRONGROOM_CHECK(check_room(source.data_directory));
  STRONGROOM_TRY(const std::vector<Content> contents, copy_all(source, scratch));
  STRONGROOM_TRY(Manifest manifest, describe(source, scratch, now, random));
  for (const Content& content : contents) manifest.parts.push_back(content.part);
  const std::string partial = path + ".partial";
  fs::remove(partial, why);  // of a crash; two backups of one name are refused by their rename
  STRONGROOM_TRY(NewFile file, NewFile::make(partial));
  STRONGROOM_TRY(auto writer, crypto::SealedFileWriter::begin(
                                  crypto::FileKind::kBackup, readers, random,
                                  [&file](std::string_view bytes) { return file.write(bytes); }));
  STRONGROOM_CHECK(write_all(manifest, contents, writer));
  STRONGROOM_CHECK(file.finish_as(path));
  return manifest;
}

}  // namespace strongroom::backup
