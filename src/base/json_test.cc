#include "base/json.h"

#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace strongroom {
namespace {

bool accepts(std::string_view text, JsonLimits limits = {}) {
  const auto value = parse_json(text, limits);
  if (!value.has_value()) {
    EXPECT_EQ(value.error().code, Code::kInvalidArgument);
  }
  return value.has_value();
}

TEST(ParseJson, ReadsEveryKindOfValue) {
  const auto value = parse_json(
      " {\"s\":\"\\u00e4\\ud83d\\ude00\\n\",\"i\":-7,\"u\":18446744073709551615,"
      "\"d\":1.5e3,\"t\":true,\"f\":false,\"n\":null,\"a\":[1,[2,{}]],\"\":0}\r\n\t ");
  ASSERT_TRUE(value.has_value()) << value.error().detail;
  EXPECT_EQ(value->at("s"), "\xc3\xa4\xf0\x9f\x98\x80\n");
  EXPECT_EQ(value->at("i").as_int64(), -7);
  EXPECT_EQ(value->at("u").as_uint64(), UINT64_MAX);
  EXPECT_EQ(value->at("d").as_double(), 1500);
  EXPECT_TRUE(value->at("t").as_bool());
  EXPECT_TRUE(value->at("n").is_null());
  EXPECT_EQ(value->at("a").as_array().at(1).as_array().at(0).as_int64(), 2);
  EXPECT_EQ(value->at("").as_int64(), 0);
  EXPECT_TRUE(accepts("\"only a string\""));
  EXPECT_TRUE(accepts("0"));
}

TEST(ParseJson, RefusesANameTwiceInOneObjectAtAnyDepth) {
  // A-056
  for (const char* const bad :
       {R"({"access_token":"a","access_token":"b"})", R"({"a":1,"b":2,"a":1})",
        R"({"a":1,"\u0061":2})", R"({"\ud83d\ude00":1,"😀":2})", R"({"":1,"":2})",
        R"({"x":{"a":1,"b":{},"a":2}})", R"([[{"a":{"b":[{"c":1,"c":1}]}}]])",
        R"({"a":{"a":1},"b":2,"a":3})", R"({"\u0000":1,"\u0000":2})"}) {
    EXPECT_FALSE(accepts(bad)) << bad;
  }
}

TEST(ParseJson, PointsAtTheNameThatIsThereTwice) {
  const std::string long_name(65, 'n');
  const std::pair<std::string, std::string> cases[] = {
      {R"({"name":1,"name":2})", "/name"},
      {R"({"owner":{"name":"a","email":"b","email":"c"}})", "/owner/email"},
      {R"({"a":[1,{},[2,3],{"b":1,"c":{},"b":2}]})", "/a/3/b"},
      {R"([[null,true,{"x":[{"c":1,"c":1}]}]])", "/0/2/x/0/c"},
      {R"({"z":0,"a":{"y":"t","b":[],"q":-1,"c":{"d":1.5,"d":1}}})", "/a/c/d"},
      {R"({"a/b":{"c~d":1,"c~d":2}})", "/a~1b/c~0d"},
      {R"({"a":{"\u0001":1,"\u0001":2}})", "/a"},
      {"{\"" + long_name + "\":1,\"" + long_name + "\":2}", ""},
  };
  for (const auto& [text, pointer] : cases) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value.has_value()) << text;
    const auto* const field = value.error().find("field");
    ASSERT_NE(field, nullptr) << text;
    EXPECT_EQ(std::get<FieldPointer>(*field).text, pointer) << text;
  }
}

TEST(ParseJson, FindsADuplicateAmongManyNamesAndAfterLongOnes) {
  std::string many = "{";
  for (int i = 0; i < 5000; ++i) many += "\"name" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(accepts(many + "\"other\":0}"));
  EXPECT_FALSE(accepts(many + "\"name77\":0}"));
  const std::string name(100'000, 'n');
  EXPECT_TRUE(accepts("{\"" + name + "1\":0,\"" + name + "2\":0}"));
  EXPECT_FALSE(accepts("{\"" + name + "\":0,\"" + name + "\":0}"));
}

TEST(ParseJson, AllowsOneNameInDifferentObjects) {
  EXPECT_TRUE(accepts(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}],"A":0})"));
}

TEST(ParseJson, RefusesMoreDepthThanTheLimit) {
  const auto nested = [](int depth) {
    const auto n = static_cast<std::size_t>(depth);
    return std::string(n, '[') + std::string(n, ']');
  };
  EXPECT_TRUE(accepts(nested(32)));
  EXPECT_FALSE(accepts(nested(33)));
  EXPECT_FALSE(accepts(nested(300'000)));
  EXPECT_TRUE(accepts(R"({"a":[{}]})", {.max_depth = 3}));
  EXPECT_FALSE(accepts(R"({"a":[{}]})", {.max_depth = 2}));
}

TEST(ParseJson, RefusesMoreBytesThanTheLimit) {
  EXPECT_TRUE(accepts("[1,2]", {.max_bytes = 5}));
  EXPECT_FALSE(accepts("[1,2] ", {.max_bytes = 5}));
}

TEST(ParseJson, RefusesTrailingBytesAndHalfDocuments) {
  for (const std::string& bad :
       {std::string("{} x"), std::string("{}{}"), std::string("[1]]"), std::string("1 2"),
        std::string("{}\0", 3), std::string("\xef\xbb\xbf{}"), std::string(), std::string("  "),
        std::string("{"), std::string("[1"), std::string("\"a"), std::string("tru"),
        std::string("-"), std::string("{\"a\":")}) {
    EXPECT_FALSE(accepts(bad)) << bad;
  }
}

TEST(ParseJson, RefusesWhatIsNotQuiteJson) {
  for (const char* const bad : {"{'a':1}",
                                "{a:1}",
                                "[1,]",
                                "{\"a\":1,}",
                                "[,]",
                                "//c\n1",
                                "/*c*/1",
                                "01",
                                "+1",
                                ".5",
                                "1.",
                                "1e",
                                "0x1",
                                "NaN",
                                "Infinity",
                                "True",
                                "\"\\x\"",
                                "\"\\u12g4\"",
                                "\"tab\there\"",
                                "\"line\nbreak\"",
                                "1e400",
                                "-1e999999999999",
                                "{\"a\" 1}",
                                "[1 2]"}) {
    EXPECT_FALSE(accepts(bad)) << bad;
  }
}

TEST(ParseJson, RefusesInvalidUtf8InValuesAndNames) {
  for (const std::string& bad :
       {std::string("\xff"), std::string("\x80"), std::string("\xc3"), std::string("\xc0\xaf"),
        std::string("\xe0\x80\xaf"), std::string("\xed\xa0\x80"), std::string("\xf4\x90\x80\x80"),
        std::string("\xf8\x88\x80\x80\x80"), std::string("\xe2\x82")}) {
    EXPECT_FALSE(accepts("[\"" + bad + "\"]"));
    EXPECT_FALSE(accepts("{\"" + bad + "\":1}"));
    EXPECT_FALSE(accepts(bad));
  }
}

TEST(ParseJson, RefusesLoneSurrogates) {
  for (const char* const bad : {R"(["\ud800"])", R"(["\udc00"])", R"(["\ud800\ud800"])",
                                R"(["\ud800x"])", R"(["\udc00\ud800"])", R"({"\ud83d":1})"}) {
    EXPECT_FALSE(accepts(bad)) << bad;
  }
}

TEST(ParseJson, NeverQuotesTheTextInItsError) {
  for (const char* const bad : {R"({"hunter2":1,"hunter2":2})", R"(["hunter2" hunter2])"}) {
    const Error error = parse_json(bad).error();
    EXPECT_EQ(error.detail.find("hunter2"), std::string::npos);
    EXPECT_NE(error.detail.find("offset"), std::string::npos);
  }
}

TEST(ParseJson, SurvivesEveryTruncationOfADocument) {
  const std::string text = R"({"a":[1,-2.5e3,"\u00e4\ud83d\ude00",{"b":null}],"ä":true})";
  ASSERT_TRUE(accepts(text));
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(accepts(text.substr(0, size)));
}

std::string written(std::string_view text) {
  std::string out = "before ";
  append_json_string(out, text);
  return out.substr(7);
}

TEST(AppendJsonString, EscapesWhatMustBeEscaped) {
  EXPECT_EQ(written("plain /text"), R"("plain /text")");
  EXPECT_EQ(written("\"\\\n\r\t\b"), R"("\"\\\n\r\t\u0008")");
  EXPECT_EQ(written(std::string("a\0b", 3)), R"("a\u0000b")");
  EXPECT_EQ(written("\x7f\xc2\x9b"), R"("\u007f\u009b")");
  EXPECT_EQ(written("\xe2\x80\xa8\xe2\x80\xae\xef\xbb\xbf"), R"("\u2028\u202e\ufeff")");
  EXPECT_EQ(written("ä€😀"), "\"ä€😀\"");
}

TEST(AppendJsonString, ReplacesInvalidUtf8) {
  EXPECT_EQ(written("a\xff"), "\"a\xef\xbf\xbd\"");
  EXPECT_EQ(written("\xed\xa0\x80z").back(), '"');
  for (const char* const bad : {"\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc0\xaf", "\xed\xa0\x80"}) {
    EXPECT_TRUE(accepts(written(bad)));
    EXPECT_NE(written(bad).find("\xef\xbf\xbd"), std::string::npos);
  }
}

TEST(AppendJsonString, IsReadBackAsItWas) {
  std::string text;
  for (int c = 1; c < 0x80; ++c) text.push_back(static_cast<char>(c));
  text += "äöü \xe2\x80\x8b \xf0\x9f\x98\x80";
  const auto value = parse_json(written(text));
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->as_string(), text);
}

}  // namespace
}  // namespace strongroom
