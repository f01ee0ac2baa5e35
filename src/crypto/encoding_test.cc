#include "crypto/encoding.h"

#include <gtest/gtest.h>

namespace strongroom::crypto {
namespace {

std::span<const std::byte> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

// RFC 4648 section 10.
constexpr std::pair<std::string_view, std::string_view> kVectors[] = {{"", ""},
                                                                      {"f", "Zg=="},
                                                                      {"fo", "Zm8="},
                                                                      {"foo", "Zm9v"},
                                                                      {"foob", "Zm9vYg=="},
                                                                      {"fooba", "Zm9vYmE="},
                                                                      {"foobar", "Zm9vYmFy"}};

TEST(Base64Url, DiffersInTwoLettersAndHasNoPadding) {
  for (const auto& [plain, encoded] : kVectors) {
    const std::string_view unpadded = encoded.substr(0, encoded.find('='));
    EXPECT_EQ(base64url(bytes(plain)), unpadded);
    EXPECT_EQ(base64url_decode(unpadded), plain);
  }
  EXPECT_EQ(base64url(bytes("\xfb\xff\xfe")), "-__-");
  EXPECT_EQ(base64url_decode("-__-"), "\xfb\xff\xfe");
}

TEST(Base64Url, DecodesWhatItEncoded) {
  std::string all;
  for (int c = 0; c < 256; ++c) {
    all.push_back(static_cast<char>(c));
    EXPECT_EQ(base64url_decode(base64url(bytes(all))), all);
  }
}

TEST(Base64Url, RefusesEverySecondSpelling) {
  for (const char* const bad : {"Zg==", "Zg=", "Zm9v\n", " Zm9v", "Zm9v ", "Z", "Zm9vY", "+//+",
                                "Zh", "Zm9", "Zm+v", "Zm.v", "ä"}) {
    EXPECT_FALSE(base64url_decode(bad).has_value()) << bad;
  }
  EXPECT_FALSE(base64url_decode(std::string_view("Zm9v\0", 5)).has_value());
}

TEST(Hex, WritesLowerCaseAndReadsEither) {
  EXPECT_EQ(hex(bytes(std::string_view("\x00\x1f\xab\xff", 4))), "001fabff");
  EXPECT_EQ(hex_decode("001fABff"), std::string("\x00\x1f\xab\xff", 4));
  EXPECT_EQ(hex_decode(""), "");
}

TEST(Hex, RefusesOddLengthsAndOtherCharacters) {
  for (const char* const bad : {"0", "000", "0g", "g0", "0x", " 0", "0 ", "--", "+1"}) {
    EXPECT_FALSE(hex_decode(bad).has_value()) << bad;
  }
}

// RFC 4648 section 10, without the padding.
TEST(Base32, AgreesWithRfc4648) {
  const auto encoded = [](std::string_view text) {
    return base32(std::as_bytes(std::span(text.data(), text.size())));
  };
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "MY");
  EXPECT_EQ(encoded("fo"), "MZXQ");
  EXPECT_EQ(encoded("foo"), "MZXW6");
  EXPECT_EQ(encoded("foob"), "MZXW6YQ");
  EXPECT_EQ(encoded("fooba"), "MZXW6YTB");
  EXPECT_EQ(encoded("foobar"), "MZXW6YTBOI");
}

}  // namespace
}  // namespace strongroom::crypto
