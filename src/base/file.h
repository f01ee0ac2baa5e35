#pragma once
// One file of a fixed size, read and written in place. A test's file loses, tears and refuses.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace strongroom {

// Safe to use from several threads at once, as long as what they write does not overlap.
class File {
 public:
  virtual ~File() = default;
  virtual std::uint64_t size() const = 0;
  // `count` bytes from `offset` on; fewer where the file ends. Errors: kUnavailable.
  virtual Result<std::string> read(std::uint64_t offset, std::size_t count) = 0;
  // All of `bytes`, within the size of the file. After an error any part of it may have been
  // written. Errors: kUnavailable.
  virtual Status write(std::uint64_t offset, std::string_view bytes) = 0;
  // Returns when everything that was written is durable. After an error nobody knows what is: the
  // system may have forgotten that it was not. Errors: kUnavailable.
  virtual Status sync() = 0;
};

// Opens the file, or makes it (mode 0600), and its entry in the directory durable; its `size` bytes
// have their place on the disk then. One of another size is made that long, and what it holds
// stays.
//
// Errors: kUnavailable, the detail says why: no room, no permission.
Result<std::unique_ptr<File>> open_preallocated(const std::string& path, std::uint64_t size);

}  // namespace strongroom
