#pragma once
// The disk under a simulated process's journal: a power cut takes what was not synced, and a
// process that has ended writes nothing any more.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"

namespace strongroom::vault {

// For one thread. It outlives the files that are opened on it.
class SimulatedDisk {
 public:
  // Asked before each write and sync. kFails: it does, and a write has written its first half.
  enum class Verdict : std::uint8_t { kHappens, kFails, kIsOver };
  struct Hooks {
    std::function<Verdict()> before = {};
    std::function<void(std::uint64_t offset, std::size_t bytes)> written = {};
    std::function<void()> synced = {};
  };

  explicit SimulatedDisk(std::uint64_t size) : bytes_(size, '\0') {}

  void set_hooks(Hooks hooks) { hooks_ = std::move(hooks); }
  std::unique_ptr<File> open();

  // The process is over; with `power_failure` what was not synced is gone.
  void crash(bool power_failure) {
    while (power_failure && !unsynced_.empty()) {
      std::ranges::copy(unsynced_.back().before, at(unsynced_.back().offset));
      unsynced_.pop_back();
    }
    unsynced_.clear();
  }
  // As new.
  void clear() {
    for (const auto& [offset, size] : touched_) std::fill_n(at(offset), size, '\0');
    touched_.clear();
    unsynced_.clear();
  }

 private:
  friend class SimulatedFile;
  struct Unsynced {
    std::uint64_t offset = 0;
    std::string before;
  };

  std::string::iterator at(std::uint64_t offset) {
    return bytes_.begin() + static_cast<std::ptrdiff_t>(offset);
  }
  void write(std::uint64_t offset, std::string_view bytes) {
    unsynced_.push_back({offset, bytes_.substr(offset, bytes.size())});
    touched_.emplace_back(offset, bytes.size());
    std::ranges::copy(bytes, at(offset));
  }

  std::string bytes_;
  std::vector<Unsynced> unsynced_;
  std::vector<std::pair<std::uint64_t, std::size_t>> touched_;
  Hooks hooks_;
};

class SimulatedFile final : public File {
 public:
  explicit SimulatedFile(SimulatedDisk& disk) : disk_(disk) {}

  std::uint64_t size() const override { return disk_.bytes_.size(); }
  Result<std::string> read(std::uint64_t offset, std::size_t count) override {
    return disk_.bytes_.substr(offset, count);
  }
  Status write(std::uint64_t offset, std::string_view bytes) override {
    const auto verdict = disk_.hooks_.before();
    if (verdict == SimulatedDisk::Verdict::kIsOver) return failed();
    if (verdict == SimulatedDisk::Verdict::kFails) {
      disk_.write(offset, bytes.substr(0, bytes.size() / 2));
      return failed();
    }
    disk_.write(offset, bytes);
    disk_.hooks_.written(offset, bytes.size());
    return {};
  }
  Status sync() override {
    if (disk_.hooks_.before() != SimulatedDisk::Verdict::kHappens) return failed();
    disk_.unsynced_.clear();
    disk_.hooks_.synced();
    return {};
  }

 private:
  static Error failed() { return Error{Code::kUnavailable, "The disk failed, as the dice said."}; }

  SimulatedDisk& disk_;
};

inline std::unique_ptr<File> SimulatedDisk::open() {
  return std::make_unique<SimulatedFile>(*this);
}

}  // namespace strongroom::vault
