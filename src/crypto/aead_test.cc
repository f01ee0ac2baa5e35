#include "crypto/aead.h"

#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/encoding.h"

namespace strongroom::crypto {
namespace {

std::string unhex(std::string_view text) { return hex_decode(text).value(); }

AeadKey key_of(std::string_view bytes) {
  return AeadKey(std::as_bytes(std::span(bytes)).first<AeadKey::kKeySize>());
}

AeadKey::Nonce nonce_of(std::string_view bytes) {
  AeadKey::Nonce nonce;
  std::memcpy(nonce.data(), bytes.data(), nonce.size());
  return nonce;
}

struct Vector {
  const char* key;
  const char* nonce;
  const char* plaintext;
  const char* associated;
  const char* sealed;  // ciphertext and tag
};

// McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", appendix B, test cases 13 to 16:
// those with a 256-bit key and a 96-bit nonce. NIST's SP 800-38D builds on that paper.
constexpr char kZeroKey[] = "0000000000000000000000000000000000000000000000000000000000000000";
constexpr char kKey[] = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
constexpr Vector kVectors[] = {
    {kZeroKey, "000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {kZeroKey, "000000000000000000000000", "00000000000000000000000000000000", "",
     "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    {kKey, "cafebabefacedbaddecaf888",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
     "",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
     "b094dac5d93471bdec1a502270e3cc6c"},
    {kKey, "cafebabefacedbaddecaf888",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
     "76fc6ece0f4e1768cddf8853bb2d551b"}};

TEST(AeadKey, AgreesWithThePublishedTestCasesOfGcm) {
  for (const Vector& vector : kVectors) {
    const AeadKey key = key_of(unhex(vector.key));
    const AeadKey::Nonce nonce = nonce_of(unhex(vector.nonce));
    const std::string associated = unhex(vector.associated);
    const std::string_view pieces[] = {
        std::string_view(associated).substr(0, associated.size() / 2),
        std::string_view(associated).substr(associated.size() / 2)};
    std::string sealed = "before";
    ASSERT_TRUE(key.seal(nonce, pieces, unhex(vector.plaintext), sealed).has_value());
    EXPECT_EQ(sealed, "before" + unhex(vector.sealed));
    std::string opened = "kept";
    ASSERT_TRUE(key.open(nonce, pieces, sealed.substr(6), opened).has_value());
    EXPECT_EQ(opened, "kept" + unhex(vector.plaintext));
  }
}

TEST(AeadKey, OpensNothingThatWasChanged) {
  const AeadKey key = key_of(unhex(kKey));
  const AeadKey::Nonce nonce{};
  const std::string_view associated[] = {"place"};
  std::string sealed;
  ASSERT_TRUE(key.seal(nonce, associated, "attack at dawn", sealed).has_value());
  std::string out = "kept";
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string bad = sealed;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_EQ(key.open(nonce, associated, bad, out).error().code, Code::kCorrupt);
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(key.open(nonce, associated, sealed.substr(0, size), out).error().code,
              Code::kCorrupt);
  }
  const std::string_view elsewhere[] = {"Place"};
  EXPECT_FALSE(key.open(nonce, elsewhere, sealed, out).has_value());
  EXPECT_FALSE(key.open(nonce, {}, sealed, out).has_value());
  EXPECT_FALSE(key.open(nonce_of("other nonce!"), associated, sealed, out).has_value());
  EXPECT_FALSE(key_of(unhex(kZeroKey)).open(nonce, associated, sealed, out).has_value());
  EXPECT_EQ(out, "kept");
  EXPECT_TRUE(key.open(nonce, associated, sealed, out).has_value());  // the key is none the worse
  EXPECT_EQ(out, "keptattack at dawn");
}

TEST(AeadKey, LeavesNoUnauthenticPlaintextInTheBuffer) {
  const AeadKey key = key_of(unhex(kKey));
  const std::string plaintext(100, 's');
  std::string sealed;
  ASSERT_TRUE(key.seal({}, {}, plaintext, sealed).has_value());
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  std::string out;
  out.reserve(200);
  const char* const buffer = out.data();
  ASSERT_FALSE(key.open({}, {}, sealed, out).has_value());
  ASSERT_EQ(out.data(), buffer);
  EXPECT_EQ(std::string_view(buffer, plaintext.size()).find('s'), std::string_view::npos);
}

TEST(AeadKey, ServesThreadsTogether) {
  const AeadKey key = key_of(unhex(kKey));
  const auto work = [&](char letter) {
    AeadKey::Nonce nonce{};
    nonce[0] = static_cast<std::byte>(letter);
    for (std::size_t i = 0; i < 300; ++i) {
      const std::string text(i, letter);
      std::string sealed;
      std::string opened;
      nonce[1] = static_cast<std::byte>(i);
      nonce[2] = static_cast<std::byte>(i >> 8);
      ASSERT_TRUE(key.seal(nonce, {}, text, sealed).has_value());
      ASSERT_TRUE(key.open(nonce, {}, sealed, opened).has_value());
      ASSERT_EQ(opened, text);
    }
  };
  std::vector<std::thread> threads;
  for (const char letter : {'a', 'b', 'c'}) threads.emplace_back(work, letter);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace strongroom::crypto
