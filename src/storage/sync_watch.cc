#include "storage/sync_watch.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

namespace strongroom::storage {
namespace {

std::string unique_name() {
  static std::atomic<std::uint64_t> count = 0;
  return "strongroom-watch-" + std::to_string(++count);
}

class WatchedFile final : public VfsFile {
 public:
  WatchedFile(VfsFile& file, const OnFsync& on_fsync) : file_(file), on_fsync_(on_fsync) {}
  int read(void* to, int bytes, std::int64_t at) override { return file_.read(to, bytes, at); }
  int write(const void* from, int bytes, std::int64_t at) override {
    return file_.write(from, bytes, at);
  }
  int truncate(std::int64_t size) override { return file_.truncate(size); }
  int size(std::int64_t& bytes) override { return file_.size(bytes); }
  int sync(int flags) override {
    const auto begin = std::chrono::steady_clock::now();
    const int code = file_.sync(flags);
    if (code == 0) on_fsync_(std::chrono::steady_clock::now() - begin);
    return code;
  }

 private:
  VfsFile& file_;
  const OnFsync& on_fsync_;
};

}  // namespace

SyncWatch::SyncWatch(std::string_view base, OnFsync on_fsync)
    : VfsLayer(unique_name(), base), on_fsync_(std::move(on_fsync)) {}

std::unique_ptr<VfsFile> SyncWatch::wrap(const std::string& /*path*/, VfsFile& file) {
  return std::make_unique<WatchedFile>(file, on_fsync_);
}

}  // namespace strongroom::storage
