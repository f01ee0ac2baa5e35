#include "crypto/bearer_key.h"

#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "crypto/testing/counting_random.h"
#include "crypto/testing/replay_random.h"

namespace strongroom::crypto {
namespace {

// Worked out with another implementation of base 62 and zlib's crc32().
constexpr char kKeyOfCountingBytes[] =
    "srk_robot_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf38KmJA";  // bytes 0 to 31
constexpr char kKeyOfOnes[] = "srk_user_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp10iGpUB";
constexpr char kKeyOfZeroes[] = "srk_user_00000000000000000000000000000000000000000002abLpb";

std::string key_of(std::string_view prefix, const std::array<unsigned char, 32>& bytes) {
  ReplayRandom random(bytes);
  const BearerKey key = make_bearer_key(prefix, random);
  return std::string(key.reveal());
}

TEST(BearerKey, IsThePrefixTheNumberInBase62AndItsChecksum) {
  std::array<unsigned char, 32> bytes;
  for (unsigned char i = 0; i < bytes.size(); ++i) bytes[i] = i;
  EXPECT_EQ(key_of(kRobotKeyPrefix, bytes), kKeyOfCountingBytes);
  bytes.fill(0xff);
  EXPECT_EQ(key_of(kUserKeyPrefix, bytes), kKeyOfOnes);
  bytes.fill(0);
  EXPECT_EQ(key_of(kUserKeyPrefix, bytes), kKeyOfZeroes);
}

TEST(BearerKey, IsAcceptedByItsOwnHashAndNeverRepeats) {
  CountingRandom random;
  std::set<Sha256Digest> hashes;
  for (int i = 0; i < 200; ++i) {
    const BearerKey key = make_bearer_key(kRobotKeyPrefix, random);
    const auto hash = bearer_key_hash(kRobotKeyPrefix, key.reveal());
    ASSERT_TRUE(hash.has_value()) << i;
    EXPECT_EQ(*hash, sha256(key.reveal()));
    EXPECT_TRUE(hashes.insert(*hash).second);
  }
}

TEST(BearerKey, IsRefusedWithAnyOneCharacterChanged) {
  const std::string key = kKeyOfCountingBytes;
  for (std::size_t i = 0; i < key.size(); ++i) {
    for (const char other : {'0', '1', 'a', 'Z', '_', '-', '\0', '\xc3'}) {
      if (key[i] == other) continue;
      std::string bad = key;
      bad[i] = other;
      EXPECT_FALSE(bearer_key_hash(kRobotKeyPrefix, bad).has_value()) << bad;
    }
  }
}

TEST(BearerKey, IsRefusedAtAnyOtherLength) {
  const std::string key = kKeyOfCountingBytes;
  for (std::size_t size = 0; size < key.size(); ++size) {
    EXPECT_FALSE(bearer_key_hash(kRobotKeyPrefix, key.substr(0, size)).has_value());
  }
  for (const char* const more : {"0", " ", "\n", "\r\n", "0000000000"}) {
    EXPECT_FALSE(bearer_key_hash(kRobotKeyPrefix, key + more).has_value());
  }
  EXPECT_FALSE(bearer_key_hash(kRobotKeyPrefix, " " + key).has_value());
  EXPECT_FALSE(bearer_key_hash(kRobotKeyPrefix, std::string(1 << 20, 'a')).has_value());
}

TEST(BearerKey, OfAPersonIsNoneOfARobot) {
  EXPECT_TRUE(bearer_key_hash(kUserKeyPrefix, kKeyOfOnes).has_value());
  EXPECT_FALSE(bearer_key_hash(kRobotKeyPrefix, kKeyOfOnes).has_value());
  EXPECT_FALSE(bearer_key_hash(kUserKeyPrefix, kKeyOfCountingBytes).has_value());
  // The checksum covers the prefix, so one cannot be swapped for the other.
  const std::string swapped = "srk_robot_" + std::string(kKeyOfOnes).substr(9);
  EXPECT_FALSE(bearer_key_hash(kRobotKeyPrefix, swapped).has_value());
}

}  // namespace
}  // namespace strongroom::crypto
