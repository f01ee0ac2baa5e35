#include "notify/calendar.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/unicode.h"

namespace strongroom::notify {
namespace {

WallTime moment(std::string_view text) { return *parse_rfc3339(text); }

CalendarEntry entry(std::string summary) {
  return {.uid = "0198c0de-0000-7000-8000-000000000001-credential@strongroom",
          .at = moment("2026-12-01T08:30:05Z"),
          .summary = std::move(summary),
          .description = "What to do.",
          .url = "https://vault.example/clients/1"};
}

std::string text_of(CalendarEntry one) {
  return icalendar_text(
      {.name = "Strongroom", .as_of = moment("2026-11-27T00:00:00Z"), .entries = {std::move(one)}});
}

// As a reader sees them; each must end with CRLF, and nothing else breaks a line.
std::vector<std::string> physical_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find("\r\n");
    if (end == std::string_view::npos) {
      ADD_FAILURE() << "a line without an end";
      break;
    }
    lines.emplace_back(text.substr(0, end));
    EXPECT_EQ(lines.back().find_first_of("\r\n"), std::string::npos);
    text.remove_prefix(end + 2);
  }
  return lines;
}

// Unfolded (RFC 5545 section 3.1).
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string& line : physical_lines(text)) {
    if (line.starts_with(' ')) {
      lines.back().append(line.substr(1));
    } else {
      lines.push_back(line);
    }
  }
  return lines;
}

// What a reader gets of a TEXT value (section 3.3.11) of the first property of that name.
std::string value_of(std::string_view text, const std::string& name) {
  for (const std::string& line : lines_of(text)) {
    if (!line.starts_with(name + ":")) continue;
    std::string value;
    for (std::size_t i = name.size() + 1; i < line.size(); ++i) {
      if (line[i] != '\\') {
        value.push_back(line[i]);
        continue;
      }
      ++i;
      value.push_back(line[i] == 'n' ? '\n' : line[i]);
    }
    return value;
  }
  ADD_FAILURE() << "no " << name;
  return {};
}

TEST(Calendar, IsTheTextThatRfc5545AsksFor) {
  EXPECT_EQ(text_of(entry("Post stops working")),
            "BEGIN:VCALENDAR\r\n"
            "VERSION:2.0\r\n"
            "PRODID:-//Strongroom//Expiries//EN\r\n"
            "CALSCALE:GREGORIAN\r\n"
            "NAME:Strongroom\r\n"
            "X-WR-CALNAME:Strongroom\r\n"
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n"
            "X-PUBLISHED-TTL:PT1H\r\n"
            "BEGIN:VEVENT\r\n"
            "UID:0198c0de-0000-7000-8000-000000000001-credential@strongroom\r\n"
            "DTSTAMP:20261127T000000Z\r\n"
            "DTSTART:20261201T083005Z\r\n"
            "SUMMARY:Post stops working\r\n"
            "DESCRIPTION:What to do.\r\n"
            "URL:https://vault.example/clients/1\r\n"
            "TRANSP:TRANSPARENT\r\n"
            "BEGIN:VALARM\r\n"
            "ACTION:DISPLAY\r\n"
            "DESCRIPTION:Post stops working\r\n"
            "TRIGGER:-P1W\r\n"
            "END:VALARM\r\n"
            "END:VEVENT\r\n"
            "END:VCALENDAR\r\n");
}

TEST(Calendar, IsOneWhereNothingEndsAsWell) {
  const auto lines = lines_of(icalendar_text({.name = "Strongroom"}));
  ASSERT_EQ(lines.size(), 9u);
  EXPECT_EQ(lines.front(), "BEGIN:VCALENDAR");
  EXPECT_EQ(lines.back(), "END:VCALENDAR");
}

TEST(Calendar, SaysWhatHasAMeaningInTextsWithABackslash) {
  const std::string text = text_of(entry("a,b;c\\d:e\"f\tg"));
  EXPECT_NE(text.find("\r\nSUMMARY:a\\,b\\;c\\\\d:e\"f\tg\r\n"), std::string::npos) << text;
  EXPECT_EQ(value_of(text, "SUMMARY"), "a,b;c\\d:e\"f\tg");
}

TEST(Calendar, NoTextCanEndItsPropertyOrItsEntry) {
  const std::string bad = "x\r\nEND:VEVENT\nATTACH:https://elsewhere.example\rBEGIN:VEVENT";
  CalendarEntry hostile = entry(bad);
  hostile.uid = hostile.description = bad;
  hostile.url = "https://vault.example/\r\nATTACH:x y";
  const std::string text = icalendar_text({.name = bad, .entries = {hostile, entry("next")}});
  int begun = 0;
  for (const std::string& line : lines_of(text)) {
    EXPECT_FALSE(line.starts_with("ATTACH")) << line;
    begun += line == "BEGIN:VEVENT" ? 1 : 0;
  }
  EXPECT_EQ(begun, 2);
  const std::string shown = "x\nEND:VEVENT\nATTACH:https://elsewhere.example\nBEGIN:VEVENT";
  for (const char* const name : {"NAME", "X-WR-CALNAME", "UID", "SUMMARY", "DESCRIPTION"}) {
    EXPECT_EQ(value_of(text, name), shown) << name;
  }
  EXPECT_EQ(value_of(text, "URL"), "https://vault.example/%0D%0AATTACH:x%20y");
}

TEST(Calendar, LeavesOutControlCharacters) {
  using std::string_view_literals::operator""sv;
  const std::string text = text_of(entry(std::string("a\0b\x01\x1b[31mc\x7f"sv)));
  EXPECT_EQ(value_of(text, "SUMMARY"), "ab[31mc");
}

TEST(Calendar, FoldsWhereALineHas75Octets) {
  const std::string head = "SUMMARY:";
  const std::string full = std::string(75 - head.size(), 'a');
  const std::string whole = text_of(entry(full));
  EXPECT_NE(whole.find("\r\n" + head + full + "\r\nDESCRIPTION"), std::string::npos);
  const std::string folded = text_of(entry(full + "b"));
  EXPECT_NE(folded.find("\r\n" + head + full + "\r\n b\r\nDESCRIPTION"), std::string::npos);
  const std::string twice = text_of(entry(full + std::string(74, 'b') + "c"));
  EXPECT_NE(twice.find("\r\n" + head + full + "\r\n " + std::string(74, 'b') + "\r\n c\r\n"),
            std::string::npos);
}

TEST(Calendar, NeverSplitsACharacterWhereverTheFoldFalls) {
  const std::string characters[] = {"é", "€", "😀"};
  for (const std::string& character : characters) {
    for (std::size_t before = 0; before < 80; ++before) {
      std::string summary(before, 'a');
      for (int i = 0; i < 60; ++i) summary.append(character);
      const std::string text = text_of(entry(summary));
      EXPECT_EQ(value_of(text, "SUMMARY"), summary);
      for (const std::string& line : physical_lines(text)) {
        EXPECT_LE(line.size(), 75u);
        EXPECT_TRUE(is_utf8(line)) << line;
      }
    }
  }
}

TEST(Calendar, EndsLinesOfWhatIsNoUtf8AsWell) {
  const std::string broken(200, '\x80');
  const std::string text = text_of(entry(broken));
  for (const std::string& line : physical_lines(text)) EXPECT_LE(line.size(), 75u);
  EXPECT_EQ(value_of(text, "SUMMARY"), broken);
}

TEST(Calendar, HasATagThatChangesWithItsText) {
  const std::string one = text_of(entry("one"));
  const std::string tag = icalendar_tag(one);
  EXPECT_EQ(tag.size(), 66u);
  EXPECT_TRUE(tag.starts_with('"') && tag.ends_with('"'));
  EXPECT_EQ(icalendar_tag(text_of(entry("one"))), tag);
  EXPECT_NE(icalendar_tag(text_of(entry("two"))), tag);
}

}  // namespace
}  // namespace strongroom::notify
