#include "chaos/fault_vfs.h"

#include <atomic>

#include <sqlite3.h>

#include "chaos/control_page.h"

namespace strongroom::chaos {
namespace {

class FaultyFile final : public storage::VfsFile {
 public:
  FaultyFile(storage::VfsFile& file, const std::atomic<DiskFault>& fault)
      : file_(file), fault_(fault) {}

  int read(void* to, int bytes, std::int64_t offset) override {
    return file_.read(to, bytes, offset);
  }
  int write(const void* from, int bytes, std::int64_t offset) override {
    const DiskFault fault = fault_;
    if (fault == DiskFault::kReadOnly) return SQLITE_READONLY;
    std::int64_t now = 0;
    if (fault == DiskFault::kFull && (file_.size(now) != SQLITE_OK || offset + bytes > now)) {
      return SQLITE_FULL;
    }
    return file_.write(from, bytes, offset);
  }
  int truncate(std::int64_t size) override {
    return fault_ == DiskFault::kReadOnly ? SQLITE_READONLY : file_.truncate(size);
  }
  int sync(int flags) override {
    return fault_ == DiskFault::kNoSync ? SQLITE_IOERR_FSYNC : file_.sync(flags);
  }
  int size(std::int64_t& bytes) override { return file_.size(bytes); }

 private:
  storage::VfsFile& file_;
  const std::atomic<DiskFault>& fault_;
};

}  // namespace

FaultVfs::FaultVfs() : VfsLayer("chaos-faults", "") {}

std::unique_ptr<storage::VfsFile> FaultVfs::wrap(const std::string& path, storage::VfsFile& file) {
  ControlPage& page = control_page();
  const bool is_audit = path.find("audit.db") != std::string::npos;
  return std::make_unique<FaultyFile>(file, is_audit ? page.audit : page.state);
}

}  // namespace strongroom::chaos
