#include "base/look_alike.h"

#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace strongroom {
namespace {

bool look_alike(std::string_view a, std::string_view b) {
  const auto one = look_of(a);
  const auto other = look_of(b);
  EXPECT_TRUE(one.has_value() && other.has_value());
  return one->written == other->written || one->folded == other->folded;
}

TEST(LookAlikes, AreNamesThatAPersonCannotTellApart) {
  const std::pair<const char*, const char*> same[] = {
      {"admin", "ADMIN"},        {"admin", "аdmin"},  // the first is Cyrillic
      {"admin", "Ａｄｍｉｎ"},                        // full width
      {"admin", "adrnin"},                            // r and n
      {"ADMIN", "ADMlN"},                             // a small L
      {"user1", "userl"},                             // a digit and a small L
      {"scope", "ѕсоре"},                             // all of it Cyrillic
      {"Straße", "STRASSE"},                          // folded
      {"file", "ﬁle"},                                // a ligature
      {"a\u0301da", "\u00e1da"},                      // composed
      {"x\u2010y", "x-y"},                            // a hyphen
  };
  for (const auto& [a, b] : same) EXPECT_TRUE(look_alike(a, b)) << a << " " << b;
}

TEST(LookAlikes, AreNoNamesThatDiffer) {
  const std::pair<const char*, const char*> different[] = {
      {"ada", "adam"},         {"ada", "áda"}, {"user-2", "user-3"}, {"Иван", "Ivan"},
      {"finance", "Finances"}, {"a b", "ab"},  {"Ö", "O"},
  };
  for (const auto& [a, b] : different) EXPECT_FALSE(look_alike(a, b)) << a << " " << b;
}

TEST(Scripts, AreNotMixedWithinAWord) {
  for (const char* good : {"Ada Lovelace", "Łukasz O'Neil", "Иванов 7", "Команда DevOps",
                           "IT-отдел", "Team \U0001F680", "田中taro", "Ελένη", "ada@example.org",
                           "svc_nightly-01", "שלום", "أحمد", "R&D (EU)"}) {
    EXPECT_TRUE(check_scripts(good, "/name").has_value()) << good;
  }
  for (const char* bad : {"аdmin", "Ada Lоvelace", "αdmin", "user٣4"}) {
    const Status refused = check_scripts(bad, "/name");
    ASSERT_FALSE(refused.has_value()) << bad;
    EXPECT_EQ(refused.error().code, Code::kInvalidArgument);
    EXPECT_EQ(std::get<FieldPointer>(*refused.error().find("field")).text, "/name");
  }
}

TEST(LookAlikes, OfTheLongestNamesAreFound) {
  std::string longest;
  for (int i = 0; i < 128; ++i) longest += "\uFDFA";  // a whole sentence in NFKC
  EXPECT_TRUE(look_alike(longest, longest));
  EXPECT_FALSE(look_of(longest)->written.empty());
  const std::string grows(128, '%');  // six bytes each
  EXPECT_EQ(look_of(grows)->written.size(), 6u * 128u);
}

}  // namespace
}  // namespace strongroom
