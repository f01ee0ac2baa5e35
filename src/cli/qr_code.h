#pragma once
// QR codes (ISO/IEC 18004) for a terminal: byte mode, error correction level M.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strongroom::cli {

// A square of modules; true is dark.
class QrCode {
 public:
  // `text` in the smallest version that holds it. nullopt: it is longer than 213 bytes, which is
  // more than a terminal has room for.
  static std::optional<QrCode> of(std::string_view text);

  std::size_t size() const { return size_; }
  bool is_dark(std::size_t row, std::size_t column) const { return dark_[row * size_ + column]; }

  // Lines of half blocks, two rows of modules each, with the quiet zone around. Light modules are
  // drawn and dark ones left out, which is right on a terminal that is dark.
  std::string drawn() const;

 private:
  explicit QrCode(std::size_t version);

  void set(std::size_t row, std::size_t column, bool dark);
  void draw_finder(std::ptrdiff_t row, std::ptrdiff_t column);
  void draw_alignment(std::size_t row, std::size_t column);
  void draw_patterns();
  void draw_format(unsigned mask);
  void draw_version();
  void draw_bits(const std::vector<unsigned char>& codewords);
  void apply(unsigned mask);
  long penalty() const;

  std::size_t version_;
  std::size_t size_;
  std::vector<bool> dark_;
  std::vector<bool> is_pattern_;
};

}  // namespace strongroom::cli
