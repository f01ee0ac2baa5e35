#include "cli/qr_code.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::cli {
namespace {

std::string modules(const QrCode& code) {
  std::string text;
  for (std::size_t row = 0; row < code.size(); ++row) {
    for (std::size_t column = 0; column < code.size(); ++column) {
      text += code.is_dark(row, column) ? '#' : '.';
    }
    text += '\n';
  }
  return text;
}

// As another program draws it: the console's qrcode-generator.
TEST(QrCodes, AreThoseOfTheStandard) {
  const auto code = QrCode::of("https://id.example/enter?code=LMNP-QRST");
  ASSERT_TRUE(code.has_value());
  EXPECT_EQ(modules(*code),
            // clang-format off
            "#######.#.....###.###.#######\n"
            "#.....#.##...##.###.#.#.....#\n"
            "#.###.#..##..#..#.###.#.###.#\n"
            "#.###.#.####..####..#.#.###.#\n"
            "#.###.#..###....####..#.###.#\n"
            "#.....#..........#.#..#.....#\n"
            "#######.#.#.#.#.#.#.#.#######\n"
            "........#..#....##.#.........\n"
            "#.##.###.##..#####....#..#.##\n"
            ".#####.#....#.#..#.##.###...#\n"
            "#.##.####.........#...#...##.\n"
            "..####..####.#..#.###.##....#\n"
            ".#..#####.##...###.......##..\n"
            ".#...#.#..##.##.##.#..#...###\n"
            "#..#..#.....#.#.##.##.#.#.###\n"
            "....##.##.####..#..##..#...#.\n"
            ".#.#.##.##.#...#..####.###.#.\n"
            ".#.#....###..#...#.......###.\n"
            "#..#..#..#..#..###..#.#.#.#..\n"
            "...##..##.......###..#....#..\n"
            ".##..###...###.############..\n"
            "........#..######.#.#...#####\n"
            "#######.#.#..#...####.#.##.#.\n"
            "#.....#.#..##.......#...##.#.\n"
            "#.###.#..####.#..#..#####.#..\n"
            "#.###.#.####.##.##..##.###..#\n"
            "#.###.#.##.#.#....#.##.#..#.#\n"
            "#.....#...####.##...##.###.#.\n"
            "#######.##..##.##..##..##..#.\n"
            // clang-format on
  );
}

TEST(QrCodes, GrowWithTheTextUpToWhatATerminalHasRoomFor) {
  EXPECT_EQ(QrCode::of("")->size(), 21U);
  EXPECT_EQ(QrCode::of(std::string(14, 'a'))->size(), 21U);
  EXPECT_EQ(QrCode::of(std::string(15, 'a'))->size(), 25U);
  EXPECT_EQ(QrCode::of(std::string(213, 'a'))->size(), 57U);
  EXPECT_FALSE(QrCode::of(std::string(214, 'a')).has_value());
}

TEST(QrCodes, AreDrawnWithTheQuietZoneAround) {
  const auto code = QrCode::of("https://id.example/");
  ASSERT_TRUE(code.has_value());
  const std::string drawn = code->drawn();
  std::string light;
  for (std::size_t i = 0; i < code->size() + 8; ++i) light += "\u2588";
  EXPECT_EQ(drawn.substr(0, 2 * light.size() + 2), light + "\n" + light + "\n");
}

}  // namespace
}  // namespace strongroom::cli
