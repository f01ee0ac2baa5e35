#include "chaos/control_page.h"

#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace strongroom::chaos {
namespace {

ControlPage* map_page() {
  static ControlPage calm{};
  const char* const path = std::getenv("CHAOS_PAGE");  // NOLINT(concurrency-mt-unsafe): one thread
  if (path == nullptr) return &calm;
  const int file = ::open(path, O_RDWR | O_CLOEXEC);
  void* const page =
      file < 0 ? MAP_FAILED
               : ::mmap(nullptr, sizeof(ControlPage), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (page == MAP_FAILED) {
    std::perror("strongroom_chaos: CHAOS_PAGE");
    std::_Exit(2);
  }
  ::close(file);
  return static_cast<ControlPage*>(page);
}

}  // namespace

ControlPage& control_page() {
  static ControlPage* const page = map_page();
  return *page;
}

}  // namespace strongroom::chaos
