#pragma once
// Files that lose what was not synced, as a disk does when the power goes.
//
// Writes stay in memory until SQLite syncs the file; only then do they reach the real one. crash()
// drops the rest, all of it or, torn, some sectors of it. After a crash every call fails until
// revive(), so that closing connections cannot repair what the crash broke.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "storage/vfs_layer.h"

namespace strongroom::storage {

// Safe to use from any thread. No connection may be open when it is destroyed.
class LossyVfs final : public VfsLayer {
 public:
  LossyVfs();

  // Loses what was not synced. With `torn`, each 512-byte sector of a write that was not synced
  // reaches the disk or does not, by chance.
  void crash(bool torn = false);
  // Ends the process, but not the machine: nothing is lost, yet every call fails, as after crash().
  // What a failed sync was about can still be read afterwards, and is lost by the next crash.
  void kill();
  // After all connections were closed: files can be opened again, as the crash left them.
  void revive();

  // Crashes by itself at the `n`-th sync from now on (1: the next), before it takes effect.
  void crash_at_sync(int n, bool torn = false);
  bool has_crashed() const;

  // The `n`-th sync (or write) from now on fails once. After a failed sync the data can still be
  // read, but later syncs pass over it as if it were durable, as Linux does: a crash loses it.
  void fail_sync(int n);
  void fail_write(int n);
  // Until told otherwise: every sync fails / every write that makes a file longer says "disk full".
  void fail_all_syncs(bool on);
  void set_full(bool on);

  std::uint64_t syncs() const;  // that succeeded

  // Chance for torn crashes; the same seed tears the same sectors.
  void seed(std::uint32_t seed);
  // From now on, each sector of a write reaches the disk at once with this chance (of 255), and not
  // only when it must: whatever ends the process then leaves files that are torn and out of order.
  void leak(std::uint8_t chance);

  std::unique_ptr<VfsFile> wrap(const std::string& path, VfsFile& file) override;
  int before_delete(const std::string& path) override;

 private:
  class File;
  // One file, however many connections have it open: what the system's page cache would hold.
  struct Image {
    std::string bytes;
    std::vector<std::pair<std::int64_t, std::int64_t>> dirty;  // offset, length; since last sync
    bool resized = false;
    bool forgotten = false;  // a sync failed: the disk has less than this, and nobody will write it
    int users = 0;
  };

  std::shared_ptr<Image> open_image(const std::string& path, VfsFile& file);
  void close_image(const std::string& path, const std::shared_ptr<Image>& image);
  int write(Image& image, VfsFile& file, const void* from, int bytes, std::int64_t at);
  void leak_sectors(const Image& image, VfsFile& file, std::int64_t from, std::int64_t end);
  int sync(Image& image, VfsFile& file);
  void crash_locked(bool torn);
  void tear(const std::string& path, const Image& image);

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Image>> images_;
  std::mt19937 chance_{1};
  bool crashed_ = false;
  bool torn_ = false;
  bool full_ = false;
  bool all_syncs_fail_ = false;
  int syncs_to_crash_ = 0;  // 0: never, as the next two
  int syncs_to_fail_ = 0;
  int writes_to_fail_ = 0;
  std::uint64_t syncs_ = 0;
  std::uint8_t leak_ = 0;
};

}  // namespace strongroom::storage
