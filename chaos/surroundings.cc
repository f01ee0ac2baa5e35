// What the linker puts in the place of the machine (--wrap, see CMakeLists.txt): the clock, the
// resolver, and the files of the databases and the journal.

#include <cstring>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <netdb.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/file.h"
#include "chaos/control_page.h"
#include "chaos/fault_vfs.h"
#include "chaos/held_file.h"
#include "storage/testing/lossy_vfs.h"

namespace {

using strongroom::File;
using strongroom::Result;
using strongroom::chaos::control_page;

constexpr std::int64_t kMillisecondsASecond = 1000;
constexpr std::int64_t kNanosecondsAMillisecond = 1'000'000;

std::uint32_t seed() { return static_cast<std::uint32_t>(::getpid()); }

// SQLite's files, before main() opens any. It is never destroyed: connections outlive main().
class Disk {
 public:
  Disk() {
    if (const std::uint8_t leak = control_page().leak; leak != 0) {
      auto lossy = std::make_unique<strongroom::storage::LossyVfs>();
      lossy->seed(seed());
      lossy->leak(leak);
      layer_ = std::move(lossy);
    } else {
      layer_ = std::make_unique<strongroom::chaos::FaultVfs>();
    }
    sqlite3_vfs_register(sqlite3_vfs_find(layer_->name().c_str()), /*makeDflt=*/1);
  }

 private:
  std::unique_ptr<strongroom::storage::VfsLayer> layer_;
};

[[maybe_unused]] const Disk* const disk = new Disk;

}  // namespace

// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming): the linker's names
extern "C" {

int __real_clock_gettime(clockid_t clock, timespec* time);
int __wrap_clock_gettime(clockid_t clock, timespec* time) {
  const int status = __real_clock_gettime(clock, time);
  if (clock != CLOCK_REALTIME || status != 0) return status;
  const std::int64_t offset = control_page().clock_offset_ms;
  time->tv_sec += offset / kMillisecondsASecond;
  time->tv_nsec += offset % kMillisecondsASecond * kNanosecondsAMillisecond;
  const std::int64_t second = kMillisecondsASecond * kNanosecondsAMillisecond;
  if (time->tv_nsec < 0) {
    time->tv_nsec += second;
    --time->tv_sec;
  }
  if (time->tv_nsec >= second) {
    time->tv_nsec -= second;
    ++time->tv_sec;
  }
  return status;
}

int __real_getaddrinfo(const char* host, const char* service, const addrinfo* hints,
                       addrinfo** out);
int __wrap_getaddrinfo(const char* host, const char* service, const addrinfo* hints,
                       addrinfo** out) {
  if (control_page().dns_fails != 0) return EAI_AGAIN;
  return __real_getaddrinfo(host, service, hints, out);
}
}

// strongroom::open_preallocated().
#define STRONGROOM_OPEN_PREALLOCATED                                          \
  "_ZN10strongroom17open_preallocatedERKNSt7__cxx1112basic_stringIcSt11char_" \
  "traitsIcESaIcEEEm"
Result<std::unique_ptr<File>> real_open_preallocated(
    const std::string& path, std::uint64_t size) __asm__("__real_" STRONGROOM_OPEN_PREALLOCATED);
Result<std::unique_ptr<File>> wrap_open_preallocated(
    const std::string& path, std::uint64_t size) __asm__("__wrap_" STRONGROOM_OPEN_PREALLOCATED);
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)

Result<std::unique_ptr<File>> wrap_open_preallocated(const std::string& path, std::uint64_t size) {
  STRONGROOM_TRY(auto file, real_open_preallocated(path, size));
  return strongroom::chaos::hold_writes(std::move(file), control_page().leak, seed());
}
