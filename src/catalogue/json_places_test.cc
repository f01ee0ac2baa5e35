#include "catalogue/json_places.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::catalogue {
namespace {

using Part = JsonPlaces::Part;

// What stands at the place, to the end of its line.
std::string at(std::string_view text, std::string_view pointer, Part part) {
  const JsonPlaces places(text, 8);
  EXPECT_EQ(places.broken_at(), std::nullopt) << text;
  const std::string_view rest = text.substr(places.find(pointer, part));
  return std::string(rest.substr(0, rest.find('\n')));
}

constexpr std::string_view kText =
    "{\n"
    "  \"id\" : \"a\",\n"
    "  \"list\": [true, {\"x\": -1.5e3},\n"
    "   \"two\"],\n"
    "  \"a\\u002fb~\": {},\n"
    "  \"empty\": []\n"
    "}\n";

TEST(JsonPlaces, FindsNamesAndValues) {
  EXPECT_EQ(at(kText, "", Part::kValue), "{");
  EXPECT_EQ(at(kText, "/id", Part::kName), "\"id\" : \"a\",");
  EXPECT_EQ(at(kText, "/id", Part::kValue), "\"a\",");
  EXPECT_EQ(at(kText, "/list/0", Part::kValue), "true, {\"x\": -1.5e3},");
  EXPECT_EQ(at(kText, "/list/1/x", Part::kName), "\"x\": -1.5e3},");
  EXPECT_EQ(at(kText, "/list/1/x", Part::kValue), "-1.5e3},");
  EXPECT_EQ(at(kText, "/list/2", Part::kName), "\"two\"],");
  EXPECT_EQ(at(kText, "/a~1b~0", Part::kValue), "{},");
}

TEST(JsonPlaces, PointsAtWhatWouldHoldAThingThatIsNotThere) {
  EXPECT_EQ(at(kText, "/list/1/y/z", Part::kValue), "{\"x\": -1.5e3},");
  EXPECT_EQ(at(kText, "/empty/0", Part::kValue), "\"empty\": []");
  EXPECT_EQ(at(kText, "/name", Part::kValue), "{");
  EXPECT_EQ(at(kText, "no pointer", Part::kValue), "{");
}

TEST(JsonPlaces, PointsAtTheLastOfTwoEqualNames) {
  EXPECT_EQ(at("{\"a\":1,\n\"a\":2}", "/a", Part::kName), "\"a\":2}");
}

TEST(JsonPlaces, StopsAtTheFirstByteThatIsWrong) {
  const auto broken = [](std::string_view text) { return JsonPlaces(text, 4).broken_at(); };
  EXPECT_EQ(broken(""), 0U);
  EXPECT_EQ(broken("{"), 1U);
  EXPECT_EQ(broken("{\"a\": 1,}"), 8U);
  EXPECT_EQ(broken("{\"a\" 1}"), 5U);
  EXPECT_EQ(broken("{\"a\": 1 \"b\": 2}"), 8U);
  EXPECT_EQ(broken("[1, 2"), 5U);
  EXPECT_EQ(broken("[01]"), 2U);
  EXPECT_EQ(broken("[1e999]"), 1U);
  EXPECT_EQ(broken("[.5]"), 1U);
  EXPECT_EQ(broken("[+1]"), 1U);
  EXPECT_EQ(broken("[tru]"), 1U);
  EXPECT_EQ(broken("{} {}"), 3U);
  EXPECT_EQ(broken("[\"a\nb\"]"), 3U);
  EXPECT_EQ(broken("[\"\\x\"]"), 3U);
  EXPECT_EQ(broken("[\"\\u12g4\"]"), 6U);
  EXPECT_EQ(broken("[\"\xff\"]"), 1U);
  EXPECT_EQ(broken("[\"\\ud800\"]"), 1U);
  EXPECT_EQ(broken("[1e-999]"), std::nullopt);
  EXPECT_EQ(broken("[[[[[]]]]]"), 4U);
  EXPECT_EQ(broken("[[[[]]]]"), std::nullopt);
  EXPECT_EQ(broken(" -0.5E+1 "), std::nullopt);
  EXPECT_EQ(broken(std::string(100'000, '[')), 4U);
}

TEST(JsonPlaces, CountsLinesAndColumnsAsEditorsDo) {
  const std::string_view text = "one\r\n\xc3\xa4\xc3\xb6 two\nthree";
  const TextPlace place = place_in_text(text, text.find("two"));
  EXPECT_EQ(place.line, 2U);
  EXPECT_EQ(place.column, 4U);
  EXPECT_EQ(place.line_text, "\xc3\xa4\xc3\xb6 two");
  EXPECT_EQ(place_in_text(text, 0).line_text, "one");
  EXPECT_EQ(place_in_text(text, text.size()).line, 3U);
  EXPECT_EQ(place_in_text(text, text.size()).column, 6U);
}

}  // namespace
}  // namespace strongroom::catalogue
