// The name under which libFuzzer, and replay_main.cc, find a target.
#include "fuzz/fuzz_target.h"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name for it
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  strongroom::fuzz::one_input({reinterpret_cast<const char*>(data), size});
  return 0;
}
