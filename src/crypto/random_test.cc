#include "crypto/random.h"

#include <array>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace strongroom::crypto {
namespace {

using Bytes = std::vector<std::byte>;

Bytes draw(Random& random, std::size_t size) {
  Bytes bytes(size);
  random.fill(bytes);
  return bytes;
}

TEST(SystemRandom, NeverGivesTheSameBytesTwice) {
  //
  SystemRandom random;
  std::set<Bytes> seen;
  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(seen.insert(draw(random, 16)).second);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.insert(draw(random, 32)).second);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.insert(draw(random, 100)).second);
}

TEST(SystemRandom, GivesEachThreadItsOwn) {
  SystemRandom random;
  Bytes here = draw(random, 32);
  Bytes there;
  std::thread([&] { there = draw(random, 32); }).join();
  EXPECT_NE(here, there);
}

TEST(SystemRandom, FillsAnySize) {
  SystemRandom random;
  for (const std::size_t size : {0UL, 1UL, 63UL, 64UL, 65UL, 5'000UL}) {
    EXPECT_EQ(draw(random, size).size(), size);
  }
  // 64 zero bytes in a row are not to be expected in the life of this universe.
  EXPECT_NE(draw(random, 64), Bytes(64));
}

}  // namespace
}  // namespace strongroom::crypto
