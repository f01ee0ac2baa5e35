#pragma once
// A backup as bytes, inside the sealed file that protects it (crypto/sealed_file.h).
//
//   length of the manifest (4 bytes, big-endian), the manifest, then its parts one after another
//
// Read as if it came from anybody: the seal says who could have written it, not that they meant
// well.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backup/manifest.h"
#include "base/function.h"
#include "base/result.h"

namespace strongroom::backup {

// What comes before the parts.
// Errors: kInternal, the manifest is too long.
Result<std::string> archive_head(const Manifest& manifest);

// Reads an archive piece by piece, however it was cut. Not safe to use from several threads.
class ArchiveReader {
 public:
  // Where the parts go. begin() is called once a part, before its bytes; errors end the reading.
  struct Sink {
    std::function<Status(const Manifest&)> manifest;
    std::function<Status(const Part&)> begin;
    std::function<Status(std::string_view)> bytes;
    std::function<Status()> end;  // of the part, whose size is right
  };
  explicit ArchiveReader(Sink sink);
  ArchiveReader(ArchiveReader&&) noexcept;
  ~ArchiveReader();

  // The next bytes. Errors: kCorrupt, this is no archive, or there is more than its parts;
  // kConflict, it is of a newer version; and what the sink answers.
  Status take(std::string_view piece);
  // Nothing comes after this. Errors: kCorrupt, something is missing.
  Status finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace strongroom::backup
