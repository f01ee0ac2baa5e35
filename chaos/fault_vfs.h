#pragma once
// SQLite's files on a disk that is full, read-only or broken while the control page says so.

#include <memory>
#include <string>

#include "storage/vfs_layer.h"

namespace strongroom::chaos {

class FaultVfs final : public storage::VfsLayer {
 public:
  FaultVfs();
  std::unique_ptr<storage::VfsFile> wrap(const std::string& path, storage::VfsFile& file) override;
};

}  // namespace strongroom::chaos
