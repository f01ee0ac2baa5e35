#include "crypto/random.h"

#include <array>
#include <csignal>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/rand.h>

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

// Has OpenSSL make its generators of a kind that does not exist, so that there are none.
void draw_without_entropy(std::size_t size) {
  RAND_set_DRBG_type(nullptr, "NO-SUCH-GENERATOR", nullptr, nullptr, nullptr);
  SystemRandom random;
  draw(random, size);
}

TEST(SystemRandomDeathTest, EndsTheProcessWhereThereIsNoEntropy) {
  //
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // OpenSSL must not have drawn anything before
  for (const std::size_t size : {1UL, 16UL, 64UL, 65UL, 4096UL}) {
    EXPECT_EXIT(draw_without_entropy(size), testing::KilledBySignal(SIGABRT), "no entropy");
  }
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
