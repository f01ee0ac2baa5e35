#pragma once
// One process at a time, and one opener within it.

#include <string>

#include "base/result.h"

namespace strongroom::storage {

// Holds an advisory lock (flock) on a file while it lives. The file stays: removing it would let
// two processes lock two files of one name. The kernel drops the lock when the process ends,
// however it ends.
class FileLock {
 public:
  // Makes `path` (mode 0600) if it is not there and locks it without waiting.
  //
  // Errors: kUnavailable  somebody else holds it, or the file cannot be made
  static Result<FileLock> take(const std::string& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// Makes `path` empty, readable by its owner only, if it is not there. Errors: kUnavailable.
Status make_private_file(const std::string& path);
// Makes what was written to `path`, and the name itself, survive a loss of power. Errors:
// kUnavailable.
Status sync_file(const std::string& path);
Status sync_directory_of(const std::string& path);

}  // namespace strongroom::storage
