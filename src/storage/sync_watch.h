#pragma once
// Tells when SQLite has made something durable.

#include <chrono>
#include <functional>
#include <string_view>

#include "storage/vfs_layer.h"

namespace strongroom::storage {

// Told how long an fsync took.
using OnFsync = std::function<void(std::chrono::nanoseconds)>;

// Calls `on_fsync` after each fsync that succeeded of a file opened through it, on the thread that
// asked for it.
class SyncWatch final : public VfsLayer {
 public:
  SyncWatch(std::string_view base, OnFsync on_fsync);

  std::unique_ptr<VfsFile> wrap(const std::string& path, VfsFile& file) override;

 private:
  OnFsync on_fsync_;
};

}  // namespace strongroom::storage
