#pragma once
// A File in memory that fails when a test says so, and that loses what was not synced.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/file.h"

namespace strongroom {

// What lies on the disk. It outlives the files that are opened on it, as a disk does the process.
class FaultyDisk {
 public:
  explicit FaultyDisk(std::uint64_t size) : seen_(size, '\0'), durable_(size, '\0') {}

  // Opened again after a crash: `lose` drops what was not synced, as when the power goes; otherwise
  // it is there, as when only the process ended.
  void crash(bool lose) {
    const std::lock_guard lock(mutex_);
    if (lose) seen_ = durable_;
  }
  // The `n`-th write (or sync) from now on fails, 1: the next, once. A failing write has written
  // the first half of its bytes.
  void fail_write(int n) { writes_to_fail_ = n; }
  void fail_sync(int n) { syncs_to_fail_ = n; }
  void fail_all_syncs(bool on) { all_syncs_fail_ = on; }
  int syncs() const { return syncs_; }

  std::string& bytes() { return seen_; }
  std::unique_ptr<File> open();

 private:
  friend class FaultyFile;
  std::mutex mutex_;
  std::string seen_;     // what is read back
  std::string durable_;  // what a power failure leaves
  int writes_to_fail_ = 0;
  int syncs_to_fail_ = 0;
  bool all_syncs_fail_ = false;
  int syncs_ = 0;
};

class FaultyFile final : public File {
 public:
  explicit FaultyFile(FaultyDisk& disk) : disk_(disk) {}

  std::uint64_t size() const override { return disk_.seen_.size(); }

  Result<std::string> read(std::uint64_t offset, std::size_t count) override {
    const std::lock_guard lock(disk_.mutex_);
    if (offset >= disk_.seen_.size()) return std::string();
    return disk_.seen_.substr(static_cast<std::size_t>(offset), count);
  }
  Status write(std::uint64_t offset, std::string_view bytes) override {
    const std::lock_guard lock(disk_.mutex_);
    const bool fails = disk_.writes_to_fail_ > 0 && --disk_.writes_to_fail_ == 0;
    const std::string_view written = fails ? bytes.substr(0, bytes.size() / 2) : bytes;
    std::ranges::copy(written, disk_.seen_.begin() + static_cast<std::ptrdiff_t>(offset));
    if (fails) return Error{Code::kUnavailable, "The disk is full, as the test asked."};
    return {};
  }
  Status sync() override {
    const std::lock_guard lock(disk_.mutex_);
    const bool fails = disk_.syncs_to_fail_ > 0 && --disk_.syncs_to_fail_ == 0;
    if (fails || disk_.all_syncs_fail_) {
      return Error{Code::kUnavailable, "The disk failed, as the test asked."};
    }
    ++disk_.syncs_;
    disk_.durable_ = disk_.seen_;
    return {};
  }

 private:
  FaultyDisk& disk_;
};

inline std::unique_ptr<File> FaultyDisk::open() { return std::make_unique<FaultyFile>(*this); }

}  // namespace strongroom
