#include "base/base64.h"

#include <cstddef>
#include <cstdint>

#include "base/secret.h"

namespace strongroom {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// Takes characters one by one, and says when one cannot be.
class Decoder {
 public:
  explicit Decoder(std::string& out) : out_(out) {}

  bool take(char c) {
    ++taken_;
    if (c == '=') {
      ++padding_;
      return padding_ <= 2;
    }
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos || padding_ > 0) return false;
    buffer_ = (buffer_ << 6U) | static_cast<std::uint32_t>(value);
    bits_ += 6;
    if (bits_ < 8) return true;
    bits_ -= 8;
    out_.push_back(static_cast<char>((buffer_ >> bits_) & 255U));
    return true;
  }

  // Whole groups of four, and nothing in the bits that no byte uses.
  bool ended_well() const {
    return taken_ % 4 == 0 && bits_ == 2 * padding_ && (buffer_ & ((1U << bits_) - 1)) == 0;
  }

 private:
  std::string& out_;
  std::uint32_t buffer_ = 0;
  unsigned bits_ = 0;
  unsigned padding_ = 0;
  std::size_t taken_ = 0;
};

}  // namespace

std::string base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      const std::uint32_t byte =
          i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0;
      group = (group << 8U) | byte;
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const bool padding = i + k > bytes.size();
      out.push_back(padding ? '=' : kAlphabet[(group >> (18 - 6 * k)) & 63U]);
    }
  }
  return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3 + 3);
  Decoder decoder(out);
  bool good = true;
  for (std::size_t i = 0; good && i < text.size(); ++i) {
    good = is_space(text[i]) || decoder.take(text[i]);
  }
  if (good && decoder.ended_well()) return out;
  wipe(out);
  return std::nullopt;
}

}  // namespace strongroom
