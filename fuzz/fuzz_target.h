#pragma once
// What every fuzz target is made of: one function that takes hostile bytes, and require().
//
// A target states what must hold for any input, not only that nothing crashes: what was accepted
// reads back as the same, what was refused left nothing behind, two readers agree.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace strongroom::fuzz {

// Each target defines it. It keeps nothing between calls that could change what a later one does.
void one_input(std::string_view input);

// Ends the process, with `sentence` on standard error, unless it `holds`.
inline void require(bool holds, const char* sentence) {
  if (holds) return;
  std::fprintf(stderr, "not so: %s\n", sentence);
  std::fflush(stderr);
  std::abort();
}

// Takes an input apart from its front. Where nothing is left, what is taken is empty or 0.
class Input {
 public:
  explicit Input(std::string_view bytes) : rest_(bytes) {}

  std::string_view take(std::size_t count) {
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::uint8_t byte() {
    const std::string_view taken = take(1);
    return taken.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(taken.front());
  }
  // Up to the next line feed, which is dropped.
  std::string_view line() {
    const std::string_view taken = take(rest_.find('\n'));
    take(1);
    return taken;
  }
  std::string_view rest() const { return rest_; }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// Bytes that no text for a person may hold.
inline bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

}  // namespace strongroom::fuzz
