#include "base/base64.h"

#include <gtest/gtest.h>

namespace strongroom {
namespace {

// RFC 4648 section 10.
constexpr std::pair<std::string_view, std::string_view> kVectors[] = {{"", ""},
                                                                      {"f", "Zg=="},
                                                                      {"fo", "Zm8="},
                                                                      {"foo", "Zm9v"},
                                                                      {"foob", "Zm9vYg=="},
                                                                      {"fooba", "Zm9vYmE="},
                                                                      {"foobar", "Zm9vYmFy"}};

TEST(Base64, AgreesWithTheVectorsOfRfc4648) {
  for (const auto& [plain, encoded] : kVectors) {
    EXPECT_EQ(base64(plain), encoded);
    EXPECT_EQ(base64_decode(encoded), plain);
  }
  EXPECT_EQ(base64("\xfb\xff\xfe"), "+//+");
  EXPECT_EQ(base64_decode("+//+"), "\xfb\xff\xfe");
}

TEST(Base64, EncodesTheExampleOfBasicAuthentication) {  // RFC 7617 section 2
  EXPECT_EQ(base64("Aladdin:open sesame"), "QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

TEST(Base64, DecodesWhatItEncodedAlsoInLines) {
  std::string all;
  for (int c = 0; c < 256; ++c) {
    all.push_back(static_cast<char>(c));
    std::string encoded = base64(all);
    EXPECT_EQ(base64_decode(encoded), all);
    encoded.insert(encoded.size() / 2, "\r\n\t ");
    EXPECT_EQ(base64_decode(encoded + "\n"), all);
  }
}

TEST(Base64, RefusesWhatNobodyEncoded) {
  for (const char* const bad : {"Z", "Zg", "Zg=", "Zg===", "Zm9", "Zm9=v", "Zh==", "Zm9vZg=", "=",
                                "====", "Zm9v====", "-__-", "Zm.v", "ä"}) {
    EXPECT_FALSE(base64_decode(bad).has_value()) << bad;
  }
  EXPECT_FALSE(base64_decode(std::string_view("Zm9v\0", 5)).has_value());
}

}  // namespace
}  // namespace strongroom
