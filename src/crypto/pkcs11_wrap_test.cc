#include "crypto/pkcs11_wrap.h"

#include <string>

#include <gtest/gtest.h>

#include "crypto/testing/counting_random.h"
#include "crypto/testing/soft_token.h"

namespace strongroom::crypto {
namespace {

class Pkcs11WrapTest : public testing::Test {
 protected:
  Pkcs11WrapTest() {
    for (const char* label : {"root", "other", "twice", "twice"}) {
      token_.tool(std::string("--keygen --key-type AES:32 --sensitive --label ") + label);
    }
  }
  WrappingKey key(const std::string& label = "root") {
    return {SoftToken::module(), std::string(SoftToken::kLabel), label, pin_};
  }
  template <class T>
  static Code code(const Result<T>& result) {
    return result.has_value() ? Code{} : result.error().code;
  }

  SoftToken token_;
  CountingRandom random_;
  const TokenPin pin_{SoftToken::kPin};
};

TEST_F(Pkcs11WrapTest, OnlyTheKeyThatWrappedItOpensIt) {
  const std::string secret(32, 's');
  const auto wrapped = wrap_by_token(key(), random_, secret);
  ASSERT_TRUE(wrapped.has_value()) << wrapped.error().detail;
  EXPECT_EQ(wrapped->find(secret.substr(0, 8)), std::string::npos);
  const auto opened = unwrap_by_token(key(), *wrapped);
  ASSERT_TRUE(opened.has_value()) << opened.error().detail;
  EXPECT_EQ(opened->view(), secret);
  EXPECT_EQ(code(unwrap_by_token(key("other"), *wrapped)), Code::kCorrupt);
}

TEST_F(Pkcs11WrapTest, WhatWasChangedOrCutDoesNotOpen) {
  const auto wrapped = wrap_by_token(key(), random_, std::string(32, 's'));
  ASSERT_TRUE(wrapped.has_value());
  for (std::size_t at = 0; at < wrapped->size(); at += 7) {
    std::string changed = *wrapped;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_EQ(code(unwrap_by_token(key(), changed)), Code::kCorrupt) << at;
    EXPECT_EQ(code(unwrap_by_token(key(), wrapped->substr(0, at))), Code::kCorrupt) << at;
  }
}

TEST_F(Pkcs11WrapTest, SaysWhatIsMissing) {
  EXPECT_EQ(code(wrap_by_token(key("none"), random_, "s")), Code::kInvalidArgument);
  EXPECT_EQ(code(wrap_by_token(key("twice"), random_, "s")), Code::kInvalidArgument);
  WrappingKey elsewhere = key();
  elsewhere.token = "gone";
  EXPECT_EQ(code(wrap_by_token(elsewhere, random_, "s")), Code::kUnavailable);
  const TokenPin wrong("0000");
  const WrappingKey refused{SoftToken::module(), std::string(SoftToken::kLabel), "root", wrong};
  const auto answer = wrap_by_token(refused, random_, "s");
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().problem.view(), "security_token_pin");
  EXPECT_EQ(code(wrap_by_token({"/nowhere.so", "robots", "root", pin_}, random_, "s")),
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace strongroom::crypto
