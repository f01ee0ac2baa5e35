#include "crypto/pkcs11_uri.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::crypto {
namespace {

std::string refusal(std::string_view text) {
  const auto uri = Pkcs11Uri::parse(text);
  if (uri) return "taken";
  EXPECT_EQ(uri.error().code, Code::kInvalidArgument);
  return std::string(uri.error().message.view());
}

TEST(Pkcs11Uri, TakesTheFormsOfTheRfcThatNameAPrivateKey) {
  // RFC 7512 section 3, without their PINs and modules.
  const std::string example = std::string("pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;")
                                  .append("model=1.0;object=my-certificate;")
                                  .append("id=%69%95%3E%5C%F4%BD%EC%91;serial=");
  for (const std::string& text :
       {std::string("pkcs11:object=my-pubkey"), std::string("pkcs11:token=robots;object=key1"),
        example, std::string("pkcs11:id=%01"), std::string("pkcs11:object=key1;type=private")}) {
    const auto uri = Pkcs11Uri::parse(text);
    ASSERT_TRUE(uri.has_value()) << text << uri.error().message.view();
    EXPECT_EQ(uri->text(), text);
  }
}

TEST(Pkcs11Uri, RefusesAPinAndSettingsOfTheServer) {
  EXPECT_NE(refusal("pkcs11:object=a?pin-value=1234").find("PIN"), std::string::npos);
  EXPECT_NE(refusal("pkcs11:object=a?pin-source=file:/etc/pin").find("PIN"), std::string::npos);
  EXPECT_NE(refusal("pkcs11:object=a?module-path=/tmp/evil.so").find("module"), std::string::npos);
  EXPECT_NE(refusal("pkcs11:object=a?module-name=evil").find("module"), std::string::npos);
}

TEST(Pkcs11Uri, RefusesSettingsThatAreNotKnownToo) {
  for (const char* query : {"pin_value=1234", "PIN-VALUE=1234", "pin-va1ue=1234", "x-pin=1234", "a",
                            "pin-va11ct=a;x-:object=a?pin-value=12lue=12134"}) {
    EXPECT_NE(refusal(std::string("pkcs11:object=a?") + query), "taken") << query;
  }
}

TEST(Pkcs11Uri, RefusesWhatNamesNoPrivateKey) {
  EXPECT_NE(refusal("pkcs11:token=robots").find("names no key"), std::string::npos);
  EXPECT_NE(refusal("pkcs11:").find("names no key"), std::string::npos);
  EXPECT_NE(refusal("pkcs11:object=").find("names no key"), std::string::npos);
  for (const char* type : {"public", "cert", "data", "secret-key"}) {
    EXPECT_NE(refusal(std::string("pkcs11:object=a;type=") + type), "taken");
  }
}

TEST(Pkcs11Uri, RefusesWhatIsNoSuchUri) {
  for (const char* text : {"", "key1", "pkcs11", "PKCS11:object=a", "https://a.example/",
                           "pkcs11:object=a b", "pkcs11:object=a\n", "pkcs11:object=%zz",
                           "pkcs11:object=a;object=b", "pkcs11:object=\xc3\xa4"}) {
    EXPECT_NE(refusal(text), "taken") << text;
  }
  EXPECT_NE(refusal("pkcs11:object=a;x-color=blue"), "");
  EXPECT_NE(refusal("pkcs11:object=" + std::string(1024, 'a')).find("1,024"), std::string::npos);
}

}  // namespace
}  // namespace strongroom::crypto
