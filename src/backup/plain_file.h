#pragma once
// A file written and read from its beginning to its end, with its digest.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "base/result.h"

namespace strongroom::backup {

// A new file of mode 0600. One that was not finished is removed when this dies.
class NewFile {
 public:
  // Errors: kConflict, there is one; kUnavailable, it cannot be made.
  static Result<NewFile> make(const std::string& path);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();

  // Makes it theirs, by its descriptor: whatever has its name meanwhile stays whose it is. Where
  // this process may not, it stays its own.
  void give_to(uid_t user, gid_t group) const;
  // Errors: kUnavailable, the disk is full or failed.
  Status write(std::string_view bytes);
  // Makes it durable under its name. Errors: kUnavailable.
  Status finish();
  // As finish(), and gives it the name `path` then, in place of what has that name.
  Status finish_as(const std::string& path);

 private:
  NewFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  std::string path_;  // empty: finished
  int descriptor_;
};

class OldFile {
 public:
  // Errors: kNotFound, there is none; kUnavailable, it cannot be read; kInvalidArgument, it is no
  // file.
  static Result<OldFile> open(const std::string& path);
  OldFile(OldFile&& other) noexcept;
  OldFile& operator=(OldFile&&) = delete;
  ~OldFile();

  // Up to `size` bytes more; 0 at the end only. Errors: kUnavailable.
  Result<std::size_t> read(char* out, std::size_t size);
  // Of all of it, now. Errors: kUnavailable.
  Result<std::size_t> size() const;

 private:
  explicit OldFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// All of a small file. Errors: as OldFile; kInvalidArgument, it is larger than `limit`.
Result<std::string> read_small(const std::string& path, std::size_t limit);

// Makes the directory `path`, mode 0700, where it is missing. Errors: kUnavailable.
Status make_directory(const std::string& path);
Status sync_directory(const std::string& path);

}  // namespace strongroom::backup
