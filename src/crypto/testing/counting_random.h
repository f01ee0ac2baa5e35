#pragma once
// A Random for tests: the same bytes in every run, and never an end of them.

#include <atomic>
#include <cstdint>
#include <span>

#include "crypto/random.h"

namespace strongroom::crypto {

// The numbers 1, 2, 3, … mixed (SplitMix64), so no two fills are alike. Safe to use from any
// thread. Two of them with different seeds give different bytes.
class CountingRandom final : public Random {
 public:
  explicit CountingRandom(std::uint64_t seed = 0) : state_(seed << 32) {}

  void fill(std::span<std::byte> out) override {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < out.size(); ++i, word >>= 8) {
      if (i % sizeof(word) == 0) word = next();
      out[i] = static_cast<std::byte>(word);
    }
  }

 private:
  std::uint64_t next() {
    std::uint64_t z = ++state_ * 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }

  std::atomic<std::uint64_t> state_;
};

}  // namespace strongroom::crypto
