#include "storage/testing/lossy_vfs.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>

#include <sqlite3.h>

namespace strongroom::storage {
namespace {

constexpr std::int64_t kSector = 512;

std::string unique_name() {
  static std::atomic<int> count = 0;
  return "lossy-" + std::to_string(++count);
}

// Counts down to the call that something was asked for; 0 stays 0.
bool is_due(int& counter) { return counter > 0 && --counter == 0; }

std::string contents(VfsFile& file) {
  std::int64_t size = 0;
  if (file.size(size) != SQLITE_OK) return {};
  std::string bytes(static_cast<std::size_t>(size), '\0');
  if (!bytes.empty()) file.read(bytes.data(), static_cast<int>(size), 0);
  return bytes;
}

}  // namespace

class LossyVfs::File final : public VfsFile {
 public:
  File(LossyVfs& vfs, std::string path, VfsFile& file)
      : vfs_(vfs), path_(std::move(path)), file_(file), image_(vfs.open_image(path_, file)) {}
  ~File() override { vfs_.close_image(path_, image_); }

  int read(void* to, int bytes, std::int64_t at) override {
    const std::lock_guard lock(vfs_.mutex_);
    if (vfs_.crashed_) return SQLITE_IOERR_READ;
    const std::string& have = image_->bytes;
    const auto from = std::min(have.size(), static_cast<std::size_t>(at));
    const auto count = std::min(have.size() - from, static_cast<std::size_t>(bytes));
    std::memset(to, 0, static_cast<std::size_t>(bytes));
    std::memcpy(to, have.data() + from, count);
    return count == static_cast<std::size_t>(bytes) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
  }
  int write(const void* from, int bytes, std::int64_t at) override {
    const std::lock_guard lock(vfs_.mutex_);
    return vfs_.write(*image_, file_, from, bytes, at);
  }
  int truncate(std::int64_t size) override {
    const std::lock_guard lock(vfs_.mutex_);
    if (vfs_.crashed_) return SQLITE_IOERR_TRUNCATE;
    image_->bytes.resize(static_cast<std::size_t>(size));
    image_->resized = true;
    return SQLITE_OK;
  }
  int sync(int /*flags*/) override {
    const std::lock_guard lock(vfs_.mutex_);
    return vfs_.sync(*image_, file_);
  }
  int size(std::int64_t& bytes) override {
    const std::lock_guard lock(vfs_.mutex_);
    if (vfs_.crashed_) return SQLITE_IOERR_FSTAT;
    bytes = static_cast<std::int64_t>(image_->bytes.size());
    return SQLITE_OK;
  }

 private:
  LossyVfs& vfs_;
  std::string path_;
  VfsFile& file_;
  std::shared_ptr<Image> image_;
};

LossyVfs::LossyVfs() : VfsLayer(unique_name(), "") {}

std::unique_ptr<VfsFile> LossyVfs::wrap(const std::string& path, VfsFile& file) {
  if (path.empty()) return VfsLayer::wrap({}, file);  // temporary: nobody expects it after a crash
  return std::make_unique<File>(*this, path, file);
}

int LossyVfs::before_delete(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (crashed_) return SQLITE_IOERR_DELETE;
  images_.erase(path);
  return SQLITE_OK;
}

std::shared_ptr<LossyVfs::Image> LossyVfs::open_image(const std::string& path, VfsFile& file) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Image>& image = images_[path];
  if (!image) {
    image = std::make_shared<Image>();
    image->bytes = contents(file);
  }
  ++image->users;
  return image;
}

// What is not durable outlives its last user, as in the system's cache.
void LossyVfs::close_image(const std::string& path, const std::shared_ptr<Image>& image) {
  const std::lock_guard lock(mutex_);
  --image->users;
  if (image->users > 0 || !image->dirty.empty() || image->resized || image->forgotten) return;
  const auto found = images_.find(path);
  if (found != images_.end() && found->second == image) images_.erase(found);
}

int LossyVfs::write(Image& image, VfsFile& file, const void* from, int bytes, std::int64_t at) {
  if (crashed_ || is_due(writes_to_fail_)) return SQLITE_IOERR_WRITE;
  const auto end = static_cast<std::size_t>(at) + static_cast<std::size_t>(bytes);
  if (full_ && end > image.bytes.size()) return SQLITE_FULL;
  if (end > image.bytes.size()) image.bytes.resize(end);
  std::memcpy(image.bytes.data() + at, from, static_cast<std::size_t>(bytes));
  image.dirty.emplace_back(at, bytes);
  if (leak_ > 0) leak_sectors(image, file, at, at + bytes);
  return SQLITE_OK;
}

void LossyVfs::leak_sectors(const Image& image, VfsFile& file, std::int64_t from,
                            std::int64_t end) {
  while (from < end) {
    const std::int64_t to = std::min(end, (from / kSector + 1) * kSector);
    // What the disk says to it is said again when the file is synced.
    if (chance_() % 255 < leak_) {
      file.write(image.bytes.data() + from, static_cast<int>(to - from), from);
    }
    from = to;
  }
}

int LossyVfs::sync(Image& image, VfsFile& file) {
  if (crashed_) return SQLITE_IOERR_FSYNC;
  if (is_due(syncs_to_crash_)) {
    crash_locked(torn_);
    return SQLITE_IOERR_FSYNC;
  }
  const auto dirty = std::exchange(image.dirty, {});
  const bool resized = std::exchange(image.resized, false);
  if (is_due(syncs_to_fail_) || all_syncs_fail_) {
    image.forgotten = image.forgotten || resized || !dirty.empty();
    return SQLITE_IOERR_FSYNC;
  }
  if (resized) file.truncate(static_cast<std::int64_t>(image.bytes.size()));
  for (const auto& [at, bytes] : dirty) {
    const auto size = static_cast<std::int64_t>(image.bytes.size());
    if (at >= size) continue;  // cut off since
    file.write(image.bytes.data() + at, static_cast<int>(std::min(bytes, size - at)), at);
  }
  ++syncs_;
  return SQLITE_OK;
}

void LossyVfs::crash(bool torn) {
  const std::lock_guard lock(mutex_);
  crash_locked(torn);
}

void LossyVfs::crash_locked(bool torn) {
  if (crashed_) return;
  crashed_ = true;
  for (const auto& [path, image] : images_) {
    if (torn) tear(path, *image);
  }
  images_.clear();
}

void LossyVfs::tear(const std::string& path, const Image& image) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto size = static_cast<std::int64_t>(image.bytes.size());
  for (const auto& [at, bytes] : image.dirty) {
    const std::int64_t end = std::min(at + bytes, size);
    for (std::int64_t from = at; from < end;) {
      const std::int64_t to = std::min(end, (from / kSector + 1) * kSector);
      if (chance_() % 2 == 0) {
        file.seekp(from);
        file.write(image.bytes.data() + from, to - from);
      }
      from = to;
    }
  }
}

void LossyVfs::kill() {
  const std::lock_guard lock(mutex_);
  crashed_ = true;
}

void LossyVfs::revive() {
  const std::lock_guard lock(mutex_);
  crashed_ = false;
  syncs_to_crash_ = 0;
  syncs_to_fail_ = 0;
  writes_to_fail_ = 0;
  full_ = false;
  all_syncs_fail_ = false;
}

void LossyVfs::crash_at_sync(int n, bool torn) {
  const std::lock_guard lock(mutex_);
  syncs_to_crash_ = n;
  torn_ = torn;
}
bool LossyVfs::has_crashed() const {
  const std::lock_guard lock(mutex_);
  return crashed_;
}
void LossyVfs::fail_sync(int n) {
  const std::lock_guard lock(mutex_);
  syncs_to_fail_ = n;
}
void LossyVfs::fail_write(int n) {
  const std::lock_guard lock(mutex_);
  writes_to_fail_ = n;
}
void LossyVfs::fail_all_syncs(bool on) {
  const std::lock_guard lock(mutex_);
  all_syncs_fail_ = on;
}
void LossyVfs::set_full(bool on) {
  const std::lock_guard lock(mutex_);
  full_ = on;
}
std::uint64_t LossyVfs::syncs() const {
  const std::lock_guard lock(mutex_);
  return syncs_;
}
void LossyVfs::leak(std::uint8_t chance) {
  const std::lock_guard lock(mutex_);
  leak_ = chance;
}
void LossyVfs::seed(std::uint32_t seed) {
  const std::lock_guard lock(mutex_);
  chance_.seed(seed);
}

}  // namespace strongroom::storage
