#include "backup/extract.h"

#include <optional>
#include <utility>

#include "backup/archive.h"
#include "backup/plain_file.h"
#include "base/secret.h"
#include "crypto/digest_stream.h"
#include "crypto/encoding.h"
#include "storage/migrations.h"

namespace strongroom::backup {
namespace {

constexpr std::int64_t kRootKeyBytes = 65;  // with a newline

Status check_versions(const Manifest& manifest) {
  const std::int64_t state = storage::state_schema().migrations.back().number;
  const std::int64_t audit = storage::audit_schema().migrations.back().number;
  if (manifest.state_schema <= state && manifest.audit_schema <= audit) return {};
  return Error{Code::kConflict,
               "This backup was made by a newer version of strongroom; restore it with that one, "
               "or a newer one."}
      .with("data_version", manifest.state_schema)
      .with("known_version", state);
}

// Where the parts of one archive go. Without a directory they are only measured.
class Parts {
 public:
  Parts(const std::string* directory, std::string* root_key)
      : directory_(directory), root_key_(root_key) {}

  ArchiveReader::Sink sink() {
    return {.manifest = [this](const Manifest& manifest) -> Status {
              STRONGROOM_CHECK(check_versions(manifest));
              manifest_ = manifest;
              return {};
            },
            .begin = [this](const Part& part) { return begin(part); },
            .bytes = [this](std::string_view piece) { return take(piece); },
            .end = [this] { return end(); }};
  }
  Manifest manifest() && { return *std::move(manifest_); }

 private:
  Status begin(const Part& part) {
    part_ = part;
    digest_ = crypto::Sha256Stream();
    if (directory_ == nullptr) return {};
    if (part.name == kRootKeyPart) {
      if (part.size > kRootKeyBytes) return wrong();
      root_key_->reserve(static_cast<std::size_t>(kRootKeyBytes));  // not moved while it grows
      return {};
    }
    const std::size_t slash = part.name.find('/');
    if (slash != std::string::npos) {
      STRONGROOM_CHECK(make_directory(*directory_ + "/" + part.name.substr(0, slash)));
    }
    STRONGROOM_TRY(NewFile file, NewFile::make(*directory_ + "/" + part.name));
    file_.emplace(std::move(file));
    return {};
  }

  Status take(std::string_view piece) {
    digest_.add(piece);
    if (file_) return file_->write(piece);
    if (root_key_ != nullptr && part_.name == kRootKeyPart) root_key_->append(piece);
    return {};
  }

  Status end() {
    if (crypto::hex(digest_.finish()) != part_.sha256) return wrong();
    if (!file_) return {};
    STRONGROOM_CHECK(file_->finish());
    file_.reset();
    return {};
  }

  Error wrong() const {
    return Error{Code::kCorrupt, "A part of the backup is not what it should be.", part_.name};
  }

  const std::string* directory_;
  std::string* root_key_;
  std::optional<Manifest> manifest_;
  Part part_;
  crypto::Sha256Stream digest_;
  std::optional<NewFile> file_;
};

Result<Manifest> read_all(const std::string& path, const crypto::FileOpener& opener, Parts parts) {
  STRONGROOM_TRY(OldFile file, OldFile::open(path));
  STRONGROOM_TRY(auto reader, crypto::SealedFileReader::begin(crypto::FileKind::kBackup, opener,
                                                              [&file](char* out, std::size_t size) {
                                                                return file.read(out, size);
                                                              }));
  ArchiveReader archive(parts.sink());
  for (;;) {
    STRONGROOM_TRY(std::string piece, reader.next());
    if (piece.empty()) break;
    const Status taken = archive.take(piece);
    wipe(piece);
    STRONGROOM_CHECK(taken);
  }
  STRONGROOM_CHECK(archive.finish());
  return std::move(parts).manifest();
}

}  // namespace

Result<Manifest> check(const std::string& path, const crypto::FileOpener& opener) {
  return read_all(path, opener, Parts(nullptr, nullptr));
}

Result<Manifest> extract(const std::string& path, const crypto::FileOpener& opener,
                         const std::string& directory, std::string& root_key) {
  return read_all(path, opener, Parts(&directory, &root_key));
}

}  // namespace strongroom::backup
