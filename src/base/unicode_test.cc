#include "base/unicode.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace strongroom {
namespace {

std::string cleaned(std::string_view text) {
  const auto name = clean_name(text, "/name");
  return name.has_value() ? *name : "refused: " + std::string(name.error().message.view());
}

bool refuses(std::string_view text, std::size_t max_characters = 128) {
  const auto name = clean_name(text, "/name", max_characters);
  if (name.has_value()) return false;
  EXPECT_EQ(name.error().code, Code::kInvalidArgument);
  EXPECT_EQ(std::get<FieldPointer>(*name.error().find("field")).text, "/name");
  return true;
}

TEST(IsUtf8, FollowsRfc3629) {
  for (const char* const good : {"", "plain", "ä", "€", "😀", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  for (const char* const bad : {"\xff", "\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                                "\xf4\x90\x80\x80", "a\xe2\x82"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

TEST(ToNfc, ComposesAndLeavesSpacesAlone) {
  EXPECT_EQ(*to_nfc("  plain \n"), "  plain \n");
  EXPECT_EQ(*to_nfc("u\xcc\x88"), "\xc3\xbc");
  EXPECT_EQ(*to_nfc("\xc3\xbc"), "\xc3\xbc");
  EXPECT_EQ(*to_nfc(""), "");
}

TEST(CountCharacters, CountsCodePoints) {
  EXPECT_EQ(count_characters(""), 0u);
  EXPECT_EQ(count_characters("a\xc3\xbc\xf0\x9f\x98\x80"), 3u);
}

TEST(HasControlCharacter, SeesThoseOfBothBlocks) {
  for (const char* const bad : {"a\n", "\x1b[2J", "a\x7f", "a\xc2\x85z"}) {
    EXPECT_TRUE(has_control_character(bad));
  }
  EXPECT_FALSE(has_control_character("Straße 😀 ~"));
}

TEST(CleanName, TrimsAndNormalises) {
  EXPECT_EQ(cleaned("  Finance \t\n"), "Finance");
  EXPECT_EQ(cleaned("\xc2\xa0\xe3\x80\x80name\xe2\x80\x83"), "name");  // no-break, ideographic, em
  EXPECT_EQ(cleaned("u\xcc\x88"
                    "ber"),
            "\xc3\xbc"
            "ber");
  EXPECT_EQ(cleaned("\xe2\x84\xab"), "\xc3\x85");  // the angstrom sign is the letter
  EXPECT_EQ(cleaned("inner  space"), "inner  space");
  EXPECT_EQ(cleaned("財務 – Straße 😀"), "財務 – Straße 😀");
}

TEST(CleanName, RefusesNothing) {
  for (const char* const bad : {"", " ", "\t\r\n", "\xc2\xa0\xe2\x80\xa8"}) {
    EXPECT_TRUE(refuses(bad));
  }
}

TEST(CleanName, RefusesControlsAndSeparators) {
  for (const char* const bad : {"a\nb", "a\tb", "a\rb", "a\x1b[2Jb", "a\x7f", "a\xc2\x85z",
                                "a\xc2\x9bz", "a\xe2\x80\xa8z", "a\xe2\x80\xa9z"}) {
    EXPECT_TRUE(refuses(bad)) << bad;
  }
  EXPECT_TRUE(refuses(std::string("a\0b", 3)));
}

TEST(CleanName, RefusesWhatReordersOrHides) {
  const std::pair<const char*, const char*> bad[] = {
      {"zero width space", "\xe2\x80\x8b"},       {"zero width joiner", "\xe2\x80\x8d"},
      {"zero width non-joiner", "\xe2\x80\x8c"},  {"left-to-right mark", "\xe2\x80\x8e"},
      {"right-to-left override", "\xe2\x80\xae"}, {"isolate", "\xe2\x81\xa6"},
      {"Arabic letter mark", "\xd8\x9c"},         {"word joiner", "\xe2\x81\xa0"},
      {"byte order mark", "\xef\xbb\xbf"},        {"soft hyphen", "\xc2\xad"},
      {"Hangul filler", "\xe3\x85\xa4"},          {"tag", "\xf3\xa0\x81\x81"},
      {"noncharacter", "\xef\xbf\xbe"},           {"annotation", "\xef\xbf\xb9"}};
  for (const auto& [what, character] : bad) {
    EXPECT_TRUE(refuses(std::string("a") + character + "b")) << what;
    EXPECT_TRUE(refuses(character)) << what;
  }
}

TEST(CleanName, RefusesInvalidUtf8) {
  for (const char* const bad : {"\xff", "name\xc3", "\xed\xa0\x80", "\xc0\xaf"}) {
    EXPECT_TRUE(refuses(bad));
  }
}

TEST(CleanName, CountsCharactersAfterNormalising) {
  EXPECT_FALSE(refuses(std::string(128, 'x')));
  EXPECT_TRUE(refuses(std::string(129, 'x')));
  EXPECT_FALSE(refuses("  abc  ", 3));
  EXPECT_TRUE(refuses("abcd", 3));
  EXPECT_FALSE(refuses("u\xcc\x88u\xcc\x88", 2));
  EXPECT_FALSE(refuses("\xf0\x9f\x98\x80\xf0\x9f\x98\x80", 2));
  EXPECT_TRUE(refuses(std::string(1'000'000, 'x')));
}

TEST(PlainExcerpt, LeavesNamesAsTheyAre) {
  EXPECT_EQ(plain_excerpt("Über/Straße <b>7</b>"), "Über/Straße <b>7</b>");
  EXPECT_EQ(plain_excerpt(std::string(128, 'x')), std::string(128, 'x'));
}

TEST(PlainExcerpt, IsShortAndHarmless) {
  EXPECT_EQ(plain_excerpt("a\x1b[31m\nb"),
            "a\xef\xbf\xbd[31m\xef\xbf\xbd"
            "b");
  EXPECT_EQ(plain_excerpt("a\xe2\x80\xae"
                          "cod"),
            "a\xef\xbf\xbd"
            "cod");  // RIGHT-TO-LEFT OVERRIDE
  EXPECT_EQ(plain_excerpt("a\xff"), "a\xef\xbf\xbd");
  EXPECT_EQ(plain_excerpt("ÄÖÜ", 2), "ÄÖ…");
  EXPECT_EQ(plain_excerpt(std::string(1'000'000, 'x')).size(), 131U);
}

TEST(NameKey, MakesOneNameOfEveryCase) {
  EXPECT_EQ(name_key("Finance/Invoices-7"), "finance/invoices-7");
  EXPECT_EQ(name_key("Straße"), name_key("STRASSE"));
  EXPECT_EQ(name_key("Straße"), "strasse");
  EXPECT_EQ(name_key("ÜBER"), name_key("über"));
  EXPECT_EQ(name_key("ΣΊΣΥΦΟΣ"), name_key("σίσυφος"));
  EXPECT_EQ(name_key("\xef\xac\x81x"), "fix");  // the fi ligature
  EXPECT_EQ(name_key("\xe2\x84\xaa"
                     "elvin"),
            "kelvin");  // the Kelvin sign
}

TEST(NameKey, TreatsComposedAndDecomposedAlike) {
  EXPECT_EQ(name_key("u\xcc\x88"), name_key("\xc3\x9c"));
}

TEST(NameKey, DoesNotDependOnTheLocale) {
  EXPECT_EQ(name_key("TITLE"), "title");  // in Turkish, I has another small letter
}

TEST(NameKey, KeepsDifferentNamesApart) {
  EXPECT_NE(name_key("a"), name_key("\xd0\xb0"));  // Cyrillic
  EXPECT_NE(name_key("resume"), name_key("résumé"));
}

TEST(NameKey, OfAKeyIsTheKey) {
  for (const char* const name : {"ǅ", "ŉ", "ΐ", "ﬃ", "İ", "ᾳ", "Ᾱͅ", "ẞ", "Ⅷ"}) {
    const std::string key = name_key(name);
    EXPECT_EQ(name_key(key), key) << name;
  }
}

TEST(NameKey, GivesInvalidUtf8NoCleanName) { EXPECT_EQ(name_key("A\xff"), "A\xff"); }

}  // namespace
}  // namespace strongroom
