#include "catalogue/json_places.h"

#include <algorithm>
#include <cmath>

#include <boost/json.hpp>

#include "base/ascii.h"
#include "catalogue/file_reader.h"

namespace strongroom::catalogue {
namespace {

constexpr std::size_t kLongestPointer = 1024;  // a longer one is found by what holds it

}  // namespace

// Each function reads one thing at at_, or leaves at_ at the byte that is wrong and answers false.
class JsonPlacesReader {
 public:
  JsonPlacesReader(std::string_view text, std::size_t max_depth, JsonPlaces& out)
      : text_(text), max_depth_(max_depth), out_(out) {}

  void read() {
    skip_space();
    const bool ok = value("", at_) && (skip_space(), at_ == text_.size());
    if (!ok) out_.broken_at_ = std::min(at_, text_.size());
  }

 private:
  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool is_at(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool take(char c) { return is_at(c) && (++at_, true); }
  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  // `name_at`: where its name begins; where it does itself, if it has none.
  bool value(const std::string& pointer, std::size_t name_at) {
    if (pointer.size() <= kLongestPointer) {
      out_.places_.insert_or_assign(pointer, JsonPlaces::Place{name_at, at_});
    }
    if (is_at('{')) return depth_ < max_depth_ && object(pointer);
    if (is_at('[')) return depth_ < max_depth_ && array(pointer);
    if (is_at('"')) return string();
    if (is_at('-') || is_digit(here())) return number();
    return word("true") || word("false") || word("null");
  }

  bool object(const std::string& pointer) {
    ++depth_, ++at_, skip_space();
    if (is_at('}')) return close('}');
    do {
      skip_space();
      if (!member(pointer)) return false;
    } while (skip_space(), take(','));
    return close('}');
  }

  bool member(const std::string& pointer) {
    const std::size_t name_at = at_;
    if (!is_at('"') || !string()) return false;
    const std::string name = decoded(text_.substr(name_at, at_ - name_at));
    skip_space();
    if (!take(':')) return false;
    skip_space();
    return value(child(pointer, name), name_at);
  }

  bool array(const std::string& pointer) {
    ++depth_, ++at_, skip_space();
    if (is_at(']')) return close(']');
    std::size_t count = 0;
    do {
      skip_space();
      if (!value(child(pointer, count++), at_)) return false;
    } while (skip_space(), take(','));
    return close(']');
  }

  bool close(char bracket) {
    --depth_;
    return take(bracket);
  }

  bool string() {
    const std::size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return false;
      if (text_[at_] != '\\') {
        ++at_;
      } else if (!escape()) {
        return false;
      }
    }
    return take('"') && stands(begin);
  }

  // Whether the piece from `begin` to here, which looks as a string or number does, is one: UTF-8,
  // whole surrogate pairs, a number that has its place in a double.
  bool stands(std::size_t begin) {
    boost::system::error_code error;
    const auto read = boost::json::parse(text_.substr(begin, at_ - begin), error);
    if (!error && !(read.is_double() && !std::isfinite(read.get_double()))) return true;
    at_ = begin;
    return false;
  }

  bool escape() {
    ++at_;
    if (take('u')) {
      for (int i = 0; i < 4; ++i, ++at_) {
        if (!is_hex(here())) return false;
      }
      return true;
    }
    if (std::string_view(R"("\/bfnrt)").find(here()) == std::string_view::npos) return false;
    ++at_;
    return true;
  }

  bool digits() {
    const std::size_t begin = at_;
    while (is_digit(here())) ++at_;
    return at_ != begin;
  }

  bool number() {
    const std::size_t begin = at_;
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return false;
    }
    return stands(begin);
  }

  bool word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  // The text of a string that stands, with its quotes.
  static std::string decoded(std::string_view quoted) {
    return std::string(boost::json::parse(quoted).as_string());
  }

  const std::string_view text_;
  const std::size_t max_depth_;
  JsonPlaces& out_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

JsonPlaces::JsonPlaces(std::string_view text, std::size_t max_depth) {
  JsonPlacesReader(text, max_depth, *this).read();
}

std::size_t JsonPlaces::find(std::string_view pointer, Part part) const {
  for (;;) {
    const auto found = places_.find(pointer);
    if (found != places_.end()) {
      return part == Part::kName ? found->second.name : found->second.value;
    }
    const std::size_t slash = pointer.rfind('/');
    if (slash == std::string_view::npos) return 0;
    pointer = pointer.substr(0, slash);
    part = Part::kName;
  }
}

TextPlace place_in_text(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_end = before.rfind('\n');
  const std::size_t begin = line_end == std::string_view::npos ? 0 : line_end + 1;
  const auto line = static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1;
  const auto column =
      static_cast<std::size_t>(std::ranges::count_if(before.substr(begin), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
      }));
  std::string_view whole = text.substr(begin);
  whole = whole.substr(0, whole.find('\n'));
  if (whole.ends_with('\r')) whole.remove_suffix(1);
  return {.line = line, .column = column + 1, .line_text = whole};
}

}  // namespace strongroom::catalogue
