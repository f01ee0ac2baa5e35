#include "cli/qr_code.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

namespace strongroom::cli {
namespace {

using Bytes = std::vector<unsigned char>;

// Tables 7 and 9 of the standard, level M: bytes of error correction in a block, blocks, and all
// codewords, of versions 1 to 10.
struct Capacity {
  std::size_t correction;
  std::size_t blocks;
  std::size_t codewords;

  std::size_t data() const { return codewords - correction * blocks; }
};
constexpr std::array<Capacity, 10> kCapacities{{{10, 1, 26},
                                                {16, 1, 44},
                                                {26, 1, 70},
                                                {18, 2, 100},
                                                {24, 2, 134},
                                                {16, 4, 172},
                                                {18, 4, 196},
                                                {22, 4, 242},
                                                {22, 5, 292},
                                                {26, 5, 346}}};

// In GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1.
unsigned char product(unsigned a, unsigned b) {
  unsigned result = 0;
  for (unsigned bit = 8; bit-- > 0;) {
    result = (result << 1U) ^ ((result >> 7U) * 0x11dU);
    result ^= ((b >> bit) & 1U) * a;
  }
  return static_cast<unsigned char>(result & 0xffU);
}

Bytes divisor(std::size_t degree) {
  Bytes coefficients(degree, 0);
  coefficients.back() = 1;
  unsigned root = 1;
  for (std::size_t i = 0; i < degree; ++i) {
    for (std::size_t j = 0; j < degree; ++j) {
      coefficients[j] = product(coefficients[j], root);
      if (j + 1 < degree) coefficients[j] ^= coefficients[j + 1];
    }
    root = product(root, 2);
  }
  return coefficients;
}

Bytes remainder(const Bytes& data, const Bytes& by) {
  Bytes rest(by.size(), 0);
  for (const unsigned char byte : data) {
    const unsigned char factor = byte ^ rest.front();
    rest.erase(rest.begin());
    rest.push_back(0);
    for (std::size_t i = 0; i < by.size(); ++i) rest[i] ^= product(by[i], factor);
  }
  return rest;
}

void add_bits(unsigned value, unsigned count, std::vector<bool>& bits) {
  for (unsigned bit = count; bit-- > 0;) bits.push_back(((value >> bit) & 1U) != 0);
}

// The text with its header, filled up to the capacity.
Bytes data_of(std::string_view text, std::size_t version) {
  std::vector<bool> bits;
  add_bits(0b0100, 4, bits);  // byte mode
  add_bits(static_cast<unsigned>(text.size()), version < 10 ? 8 : 16, bits);
  for (const char c : text) add_bits(static_cast<unsigned char>(c), 8, bits);
  const std::size_t capacity = kCapacities.at(version - 1).data() * 8;
  for (int i = 0; i < 4 && bits.size() < capacity; ++i) bits.push_back(false);
  while (bits.size() % 8 != 0) bits.push_back(false);
  for (unsigned pad = 0xec; bits.size() < capacity; pad ^= 0xecU ^ 0x11U) add_bits(pad, 8, bits);
  Bytes bytes(bits.size() / 8, 0);
  for (std::size_t i = 0; i < bits.size(); ++i) {
    bytes[i / 8] = static_cast<unsigned char>(bytes[i / 8] | (bits[i] ? 0x80U >> (i % 8) : 0U));
  }
  return bytes;
}

// Split into blocks, each with its error correction, and interleaved.
Bytes codewords_of(const Bytes& data, std::size_t version) {
  const Capacity& capacity = kCapacities.at(version - 1);
  const std::size_t short_blocks = capacity.blocks - capacity.codewords % capacity.blocks;
  const std::size_t short_size = capacity.codewords / capacity.blocks - capacity.correction;
  const Bytes by = divisor(capacity.correction);
  std::vector<Bytes> blocks;
  std::vector<Bytes> corrections;
  std::size_t at = 0;
  for (std::size_t i = 0; i < capacity.blocks; ++i) {
    const std::size_t size = short_size + (i < short_blocks ? 0 : 1);
    blocks.emplace_back(data.begin() + static_cast<std::ptrdiff_t>(at),
                        data.begin() + static_cast<std::ptrdiff_t>(at + size));
    corrections.push_back(remainder(blocks.back(), by));
    at += size;
  }
  Bytes all;
  for (std::size_t i = 0; i <= short_size; ++i) {
    for (const Bytes& block : blocks) {
      if (i < block.size()) all.push_back(block[i]);
    }
  }
  for (std::size_t i = 0; i < capacity.correction; ++i) {
    for (const Bytes& correction : corrections) all.push_back(correction[i]);
  }
  return all;
}

bool is_masked(unsigned mask, std::size_t row, std::size_t column) {
  switch (mask) {
    case 0:
      return (row + column) % 2 == 0;
    case 1:
      return row % 2 == 0;
    case 2:
      return column % 3 == 0;
    case 3:
      return (row + column) % 3 == 0;
    case 4:
      return (row / 2 + column / 3) % 2 == 0;
    case 5:
      return row * column % 2 + row * column % 3 == 0;
    case 6:
      return (row * column % 2 + row * column % 3) % 2 == 0;
    default:
      return ((row + column) % 2 + row * column % 3) % 2 == 0;
  }
}

// The penalty of one line of modules: runs of five and more, and what looks like a finder.
long line_penalty(const std::vector<bool>& line) {
  constexpr std::array<bool, 11> kFinder{true, false, true,  true,  true, false,
                                         true, false, false, false, false};
  long points = 0;
  for (std::size_t begin = 0; begin < line.size();) {
    std::size_t end = begin;
    while (end < line.size() && line[end] == line[begin]) ++end;
    if (end - begin >= 5) points += static_cast<long>(end - begin) - 2;
    begin = end;
  }
  for (std::size_t i = 0; i + kFinder.size() <= line.size(); ++i) {
    const auto at = line.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::equal(kFinder.begin(), kFinder.end(), at)) points += 40;
    if (std::equal(kFinder.rbegin(), kFinder.rend(), at)) points += 40;
  }
  return points;
}

}  // namespace

QrCode::QrCode(std::size_t version)
    : version_(version),
      size_(17 + 4 * version),
      dark_(size_ * size_, false),
      is_pattern_(size_ * size_, false) {}

std::optional<QrCode> QrCode::of(std::string_view text) {
  std::size_t version = 1;
  const auto fits = [&] {
    const std::size_t header = version < 10 ? 12 : 20;
    return header + text.size() * 8 <= kCapacities.at(version - 1).data() * 8;
  };
  while (version <= kCapacities.size() && !fits()) ++version;
  if (version > kCapacities.size()) return std::nullopt;
  QrCode plain(version);
  plain.draw_patterns();
  plain.draw_bits(codewords_of(data_of(text, version), version));
  std::optional<QrCode> best;
  long least = 0;
  for (unsigned mask = 0; mask < 8; ++mask) {
    QrCode masked = plain;
    masked.apply(mask);
    masked.draw_format(mask);
    const long points = masked.penalty();
    if (best && points >= least) continue;
    best = std::move(masked);
    least = points;
  }
  return best;
}

void QrCode::set(std::size_t row, std::size_t column, bool dark) {
  dark_[row * size_ + column] = dark;
  is_pattern_[row * size_ + column] = true;
}

// With the light line around it, as far as that is inside.
void QrCode::draw_finder(std::ptrdiff_t row, std::ptrdiff_t column) {
  const auto size = static_cast<std::ptrdiff_t>(size_);
  for (std::ptrdiff_t y = -4; y <= 4; ++y) {
    for (std::ptrdiff_t x = -4; x <= 4; ++x) {
      const std::ptrdiff_t at_row = row + y;
      const std::ptrdiff_t at_column = column + x;
      if (at_row < 0 || at_column < 0 || at_row >= size || at_column >= size) continue;
      const std::ptrdiff_t ring = std::max(std::abs(y), std::abs(x));
      set(static_cast<std::size_t>(at_row), static_cast<std::size_t>(at_column),
          ring != 2 && ring != 4);
    }
  }
}

void QrCode::draw_alignment(std::size_t row, std::size_t column) {
  for (std::size_t y = 0; y < 5; ++y) {
    for (std::size_t x = 0; x < 5; ++x) {
      const bool is_edge = y == 0 || y == 4 || x == 0 || x == 4;
      set(row + y - 2, column + x - 2, is_edge || (y == 2 && x == 2));
    }
  }
}

void QrCode::draw_patterns() {
  for (std::size_t i = 0; i < size_; ++i) {
    set(6, i, i % 2 == 0);
    set(i, 6, i % 2 == 0);
  }
  const auto far = static_cast<std::ptrdiff_t>(size_) - 4;
  draw_finder(3, 3);
  draw_finder(3, far);
  draw_finder(far, 3);
  std::vector<std::size_t> places;
  if (version_ > 1) places = {6, size_ - 7};
  if (version_ > 6) places.insert(places.begin() + 1, (size_ - 1) / 2);
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (std::size_t j = 0; j < places.size(); ++j) {
      const std::size_t last = places.size() - 1;
      const bool is_finder = (i == 0 && (j == 0 || j == last)) || (i == last && j == 0);
      if (!is_finder) draw_alignment(places[i], places[j]);
    }
  }
  draw_format(0);  // its place is taken
  draw_version();
}

// Level M and the mask, with a BCH code (section 7.9).
void QrCode::draw_format(unsigned mask) {
  unsigned rest = mask;
  for (int i = 0; i < 10; ++i) rest = (rest << 1U) ^ ((rest >> 9U) * 0x537U);
  const unsigned bits = ((mask << 10U) | rest) ^ 0x5412U;
  const auto bit = [&](unsigned i) { return ((bits >> i) & 1U) != 0; };
  for (unsigned i = 0; i < 6; ++i) set(i, 8, bit(i));
  set(7, 8, bit(6));
  set(8, 8, bit(7));
  set(8, 7, bit(8));
  for (unsigned i = 9; i < 15; ++i) set(8, 14 - i, bit(i));
  for (unsigned i = 0; i < 8; ++i) set(8, size_ - 1 - i, bit(i));
  for (unsigned i = 8; i < 15; ++i) set(size_ - 15 + i, 8, bit(i));
  set(size_ - 8, 8, true);
}

// From version 7 on, with a Golay code (section 7.10).
void QrCode::draw_version() {
  if (version_ < 7) return;
  const auto version = static_cast<unsigned>(version_);
  unsigned rest = version;
  for (int i = 0; i < 12; ++i) rest = (rest << 1U) ^ ((rest >> 11U) * 0x1f25U);
  const unsigned bits = (version << 12U) | rest;
  for (unsigned i = 0; i < 18; ++i) {
    const bool dark = ((bits >> i) & 1U) != 0;
    set(i / 3, size_ - 11 + i % 3, dark);
    set(size_ - 11 + i % 3, i / 3, dark);
  }
}

// In columns of two from the right, up and down in turns (section 7.7.3).
void QrCode::draw_bits(const Bytes& codewords) {
  std::size_t next = 0;
  for (std::size_t right = size_ - 1; right < size_; right -= 2) {
    if (right == 6) right = 5;
    const bool is_upward = ((right + 1) & 2U) == 0;
    for (std::size_t i = 0; i < size_; ++i) {
      const std::size_t row = is_upward ? size_ - 1 - i : i;
      for (const std::size_t column : {right, right - 1}) {
        if (is_pattern_[row * size_ + column] || next >= codewords.size() * 8) continue;
        dark_[row * size_ + column] = ((codewords[next / 8] >> (7 - next % 8)) & 1U) != 0;
        ++next;
      }
    }
    if (right == 1) return;
  }
}

void QrCode::apply(unsigned mask) {
  for (std::size_t row = 0; row < size_; ++row) {
    for (std::size_t column = 0; column < size_; ++column) {
      const std::size_t at = row * size_ + column;
      if (!is_pattern_[at] && is_masked(mask, row, column)) dark_[at] = !dark_[at];
    }
  }
}

// How hard it is to read (section 7.8.3).
long QrCode::penalty() const {
  long points = 0;
  long dark = 0;
  for (std::size_t i = 0; i < size_; ++i) {
    std::vector<bool> row(size_);
    std::vector<bool> column(size_);
    for (std::size_t j = 0; j < size_; ++j) {
      row[j] = is_dark(i, j);
      column[j] = is_dark(j, i);
      dark += row[j] ? 1 : 0;
      const bool has_square =
          i + 1 < size_ && j + 1 < size_ && is_dark(i, j) == is_dark(i + 1, j) &&
          is_dark(i, j) == is_dark(i, j + 1) && is_dark(i, j) == is_dark(i + 1, j + 1);
      if (has_square) points += 3;
    }
    points += line_penalty(row) + line_penalty(column);
  }
  const long all = std::max(static_cast<long>(size_ * size_), 1L);
  return points + std::abs(dark * 20 - all * 10) / all * 10;
}

std::string QrCode::drawn() const {
  constexpr std::size_t kQuiet = 4;
  const std::size_t whole = size_ + 2 * kQuiet;
  const auto is_light = [&](std::size_t row, std::size_t column) {
    const bool inside =
        row >= kQuiet && column >= kQuiet && row < size_ + kQuiet && column < size_ + kQuiet;
    return row < whole && (!inside || !is_dark(row - kQuiet, column - kQuiet));
  };
  std::string text;
  for (std::size_t row = 0; row < whole; row += 2) {
    for (std::size_t column = 0; column < whole; ++column) {
      const bool upper = is_light(row, column);
      const bool lower = is_light(row + 1, column);
      text += upper ? (lower ? "\u2588" : "\u2580") : (lower ? "\u2584" : " ");
    }
    text += '\n';
  }
  return text;
}

}  // namespace strongroom::cli
