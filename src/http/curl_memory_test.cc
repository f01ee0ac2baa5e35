#include "http/curl_memory.h"

#include <cstdint>
#include <cstring>

#include <gtest/gtest.h>

namespace strongroom::http::curl_memory {
namespace {

TEST(CurlMemory, KeepsWhatWasWrittenWhenABlockGrowsOrShrinks) {
  auto* text = duplicate("Authorization: Basic abc");
  ASSERT_NE(text, nullptr);
  text = static_cast<char*>(reallocate(text, 4'000));
  EXPECT_STREQ(text, "Authorization: Basic abc");
  text = static_cast<char*>(reallocate(text, 13));
  EXPECT_EQ(std::memcmp(text, "Authorization", 13), 0);
  release(text);
}

TEST(CurlMemory, IsAlignedForAnything) {
  void* block = allocate(1);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % alignof(std::max_align_t), 0U);
  release(block);
}

TEST(CurlMemory, RefusesSizesThatOverflow) {
  EXPECT_EQ(allocate(SIZE_MAX), nullptr);
  EXPECT_EQ(allocate_zeroed(SIZE_MAX / 2, 3), nullptr);
  release(nullptr);
}

TEST(CurlMemory, GivesZeroesWhereAskedTo) {
  auto* block = static_cast<unsigned char*>(allocate_zeroed(10, 10));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(block[i], 0);
  release(block);
}

}  // namespace
}  // namespace strongroom::http::curl_memory
