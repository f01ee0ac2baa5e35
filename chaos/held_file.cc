#include "chaos/held_file.h"

#include <algorithm>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "chaos/control_page.h"

namespace strongroom::chaos {
namespace {

constexpr std::uint64_t kSector = 512;

Error disk_fault() { return Error{Code::kUnavailable, "The disk fails, as chaos has it."}; }

class HeldFile final : public File {
 public:
  HeldFile(std::unique_ptr<File> file, std::uint8_t leak, std::uint32_t seed)
      : file_(std::move(file)), leak_(leak), chance_(seed) {
    if (leak_ == 0) return;
    if (auto bytes = file_->read(0, static_cast<std::size_t>(file_->size()))) {
      seen_ = *std::move(bytes);
    }
    seen_.resize(static_cast<std::size_t>(file_->size()));
  }

  std::uint64_t size() const override { return file_->size(); }

  Result<std::string> read(std::uint64_t offset, std::size_t count) override {
    if (leak_ == 0) return file_->read(offset, count);
    const std::lock_guard lock(mutex_);
    if (offset >= seen_.size()) return std::string();
    return seen_.substr(static_cast<std::size_t>(offset), count);
  }

  Status write(std::uint64_t offset, std::string_view bytes) override {
    if (control_page().journal == DiskFault::kReadOnly) return disk_fault();
    if (leak_ == 0) return file_->write(offset, bytes);
    const std::lock_guard lock(mutex_);
    if (offset > seen_.size() || bytes.size() > seen_.size() - offset) return disk_fault();
    std::ranges::copy(bytes, seen_.begin() + static_cast<std::ptrdiff_t>(offset));
    const std::uint64_t end = offset + bytes.size();
    held_.emplace_back(offset, end);
    for (std::uint64_t from = offset; from < end;) {
      const std::uint64_t to = std::min(end, (from / kSector + 1) * kSector);
      if (chance_() % 255 < leak_) STRONGROOM_CHECK(pass_on(from, to));
      from = to;
    }
    return {};
  }

  Status sync() override {
    if (control_page().journal == DiskFault::kNoSync) return disk_fault();
    if (leak_ == 0) return file_->sync();
    if (control_page().journal_lies != 0) return {};
    const std::lock_guard lock(mutex_);
    for (const auto& [from, to] : std::exchange(held_, {})) STRONGROOM_CHECK(pass_on(from, to));
    return {};
  }

 private:
  Status pass_on(std::uint64_t from, std::uint64_t to) {
    return file_->write(from, std::string_view(seen_).substr(static_cast<std::size_t>(from),
                                                             static_cast<std::size_t>(to - from)));
  }

  const std::unique_ptr<File> file_;
  const std::uint8_t leak_;
  std::mutex mutex_;
  std::mt19937 chance_;
  std::string seen_;                                           // what is read back
  std::vector<std::pair<std::uint64_t, std::uint64_t>> held_;  // from, to; since the last sync
};

}  // namespace

std::unique_ptr<File> hold_writes(std::unique_ptr<File> file, std::uint8_t leak,
                                  std::uint32_t seed) {
  return std::make_unique<HeldFile>(std::move(file), leak, seed);
}

}  // namespace strongroom::chaos
