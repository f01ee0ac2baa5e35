// base64_decode: what was taken encodes to the same text, white space aside.
#include "base/base64.h"

#include <string>

#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {

void one_input(std::string_view input) {
  require(base64_decode(base64(input)) == input, "what was encoded is decoded");
  const auto bytes = base64_decode(input);
  if (!bytes) return;
  std::string without_space;
  for (const char c : input) {
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') without_space.push_back(c);
  }
  require(base64(*bytes) == without_space, "no two texts stand for the same bytes");
}

}  // namespace strongroom::fuzz
