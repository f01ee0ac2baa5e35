#include "app/provider_check_command.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::app {
namespace {

using catalogue::FileProblem;

FileProblem problem(std::string line, std::size_t column) {
  return {.line = 12,
          .column = column,
          .pointer = "/variables/0/format",
          .message = "This is wrong.",
          .hint = "Did you mean \"token\"?",
          .line_text = std::move(line)};
}

TEST(ProviderCheckCommand, ShowsThePlaceWithACaret) {
  EXPECT_EQ(problem_text("a.json", problem("  \"format\": \"tokn\"", 13)),
            "a.json:12:13: /variables/0/format: This is wrong.\n"
            "  12 |   \"format\": \"tokn\"\n"
            "     |             ^\n"
            "     | Did you mean \"token\"?\n");
}

TEST(ProviderCheckCommand, ShowsOfALongLineThePieceThatCounts) {
  const std::string text = problem_text("a.json", problem(std::string(5'000, 'x') + "!", 5'001));
  EXPECT_LT(text.size(), 500U);
  const std::size_t line = text.find("| ") + 2;
  const std::string shown = text.substr(line, text.find('\n', line) - line);
  const std::size_t below = text.find("| ", line) + 2;
  const std::size_t caret = text.find('^', below) - below;
  // The ellipsis is one character of three bytes.
  EXPECT_EQ(shown.substr(caret + 2, 1), "!") << text;
}

TEST(ProviderCheckCommand, LetsNoFileSteerTheTerminal) {
  // The right-to-left override would show the line backwards.
  const std::string text =
      problem_text("a\x1b[2J.json", problem("\x1b[31m\t\xe2\x80\xae \xff \"x\"", 2));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\t'), std::string::npos);
  EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
}

}  // namespace
}  // namespace strongroom::app
