#include "base/json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <new>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <unistr.h>
#include <unitypes.h>

#include "base/json_pointer.h"
#include "base/secret.h"

namespace strongroom {
namespace {

namespace json = boost::json;
using json::error_code;

// Answers of providers hold tokens, so whatever held a piece of a document is wiped when freed.
// No piece needs more than the usual alignment. The one given is not looked at: Boost frees some
// pieces under another alignment than it allocated them.
class WipingMemory final : public json::memory_resource {
  void* do_allocate(std::size_t size, std::size_t) override { return ::operator new(size); }
  void do_deallocate(void* memory, std::size_t size, std::size_t) override {
    wipe(std::span(static_cast<std::byte*>(memory), size));
    ::operator delete(memory);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

json::storage_ptr wiping_memory() {
  static WipingMemory memory;  // holds nothing, so it may outlive whatever uses it
  return &memory;
}

// Every object and array that is open, and the names of the members that the objects have so far.
class OpenPlaces {
 public:
  void open_object() { levels_.push_back({.is_array = false, .count = names_.size()}); }
  void open_array() { levels_.push_back({.is_array = true}); }
  void append(json::string_view part) { partial_.append(part.data(), part.size()); }
  void finish() { names_.push_back(std::move(partial_)), partial_.clear(); }
  // After each value.
  void value_ends() {
    if (!levels_.empty() && levels_.back().is_array) ++levels_.back().count;
  }
  void close_array() { levels_.pop_back(), value_ends(); }
  // A pointer to a name that stands twice in the innermost object, which ends here.
  std::optional<std::string> close_object() {
    const auto first = names_.begin() + static_cast<std::ptrdiff_t>(levels_.back().count);
    std::sort(first, names_.end());
    const auto twice = std::adjacent_find(first, names_.end());
    if (twice != names_.end()) return pointer_to(innermost(), *twice);
    names_.erase(first, names_.end());
    levels_.pop_back();
    value_ends();
    return std::nullopt;
  }

 private:
  struct Level {
    bool is_array;
    std::size_t count = 0;  // an array's items so far; where in names_ an object's begin
  };

  std::string innermost() const {
    std::string pointer;
    for (std::size_t i = 0; i + 1 < levels_.size(); ++i) {
      const auto rest = std::span(levels_).subspan(i + 1);
      // The last name that an object has is that of the member which is being read.
      pointer =
          levels_[i].is_array
              ? pointer_to(pointer, std::to_string(levels_[i].count))
              : pointer_to(pointer,
                           names_[std::ranges::find(rest, false, &Level::is_array)->count - 1]);
    }
    return pointer;
  }

  std::vector<std::string> names_;  // of the outermost object first
  std::vector<Level> levels_;
  std::string partial_;
};

enum class Refusal { kNone, kDuplicate, kNumber };

// Builds the value, as Boost's own handler does, and sees what Boost lets pass. The names of the
// members are Boost's.
struct Handler {
  // NOLINTBEGIN(readability-identifier-naming)
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();
  // NOLINTEND(readability-identifier-naming)

  json::value_stack values{wiping_memory()};
  OpenPlaces places;
  Refusal refusal = Refusal::kNone;
  std::string duplicate;  // a pointer to it

  static bool refuse(error_code& ec) {
    ec = json::error::syntax;
    return false;
  }

  bool on_document_begin(error_code&) { return values.reset(wiping_memory()), true; }
  bool on_document_end(error_code&) { return true; }
  bool on_array_begin(error_code&) { return places.open_array(), true; }
  bool on_array_end(std::size_t n, error_code&) {
    places.close_array();
    return values.push_array(n), true;
  }
  bool on_object_begin(error_code&) { return places.open_object(), true; }
  bool on_object_end(std::size_t n, error_code& ec) {
    if (auto twice = places.close_object()) {
      refusal = Refusal::kDuplicate;
      duplicate = *std::move(twice);
      return refuse(ec);
    }
    return values.push_object(n), true;
  }
  bool on_string_part(json::string_view s, std::size_t, error_code&) {
    return values.push_chars(s), true;
  }
  bool on_string(json::string_view s, std::size_t, error_code&) {
    places.value_ends();
    return values.push_string(s), true;
  }
  bool on_key_part(json::string_view s, std::size_t, error_code&) {
    places.append(s);
    return values.push_chars(s), true;
  }
  bool on_key(json::string_view s, std::size_t, error_code&) {
    places.append(s);
    places.finish();
    return values.push_key(s), true;
  }
  bool on_number_part(json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t i, json::string_view, error_code&) {
    places.value_ends();
    return values.push_int64(i), true;
  }
  bool on_uint64(std::uint64_t u, json::string_view, error_code&) {
    places.value_ends();
    return values.push_uint64(u), true;
  }
  bool on_double(double d, json::string_view, error_code& ec) {
    if (!std::isfinite(d)) {
      refusal = Refusal::kNumber;
      return refuse(ec);
    }
    places.value_ends();
    return values.push_double(d), true;
  }
  bool on_bool(bool b, error_code&) { return places.value_ends(), values.push_bool(b), true; }
  bool on_null(error_code&) { return places.value_ends(), values.push_null(), true; }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }
};

Error refused(const Handler& handler, const error_code& ec, std::size_t offset) {
  const std::string where = " at offset " + std::to_string(offset);
  switch (handler.refusal) {
    case Refusal::kDuplicate:
      return Error{Code::kInvalidArgument, "The JSON has an object with a member name twice.",
                   "duplicate name in the object that ends" + where}
          .at(handler.duplicate);
    case Refusal::kNumber:
      return Error{Code::kInvalidArgument, "The JSON has a number that is out of range.",
                   "number out of range" + where};
    case Refusal::kNone:
      break;
  }
  if (ec == json::error::too_deep) {
    return Error{Code::kInvalidArgument, "The JSON is nested too deeply.", "too deep" + where};
  }
  return Error{Code::kInvalidArgument, "The text is not well-formed JSON.", ec.message() + where};
}

constexpr ucs4_t kReplacement = 0xFFFD;

// Characters that may make a terminal, a log viewer or a page show something else than is there.
constexpr bool needs_escape(ucs4_t c) {
  return c < 0x20 || c == '"' || c == '\\' || (0x7F <= c && c < 0xA0) || c == 0x061C ||
         (0x200B <= c && c <= 0x200F) || (0x2028 <= c && c <= 0x202E) ||
         (0x2060 <= c && c <= 0x206F) || c == 0xFEFF;
}

void append_escape(std::string& out, ucs4_t c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  out += "\\u";
  for (unsigned shift = 16; shift > 0;) {
    shift -= 4;
    out.push_back(kDigits[(c >> shift) & 15U]);
  }
}

constexpr bool is_plain(char c) { return ' ' <= c && c < '\x7f' && c != '"' && c != '\\'; }

constexpr std::array<bool, 256> make_plain_table() {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = is_plain(static_cast<char>(i));
  return table;
}

// How many characters at the front of `text` stand in JSON as they are.
std::size_t plain_prefix(std::string_view text) {
  static constexpr std::array<bool, 256> kPlain = make_plain_table();
  std::size_t count = 0;
  while (count < text.size() && kPlain[static_cast<unsigned char>(text[count])]) ++count;
  return count;
}

}  // namespace

Result<boost::json::value> parse_json(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.max_bytes) {
    return Error{Code::kInvalidArgument, "The JSON is too long.",
                 std::to_string(text.size()) + " bytes"};
  }
  json::parse_options options;
  options.max_depth = limits.max_depth;
  json::basic_parser<Handler> parser(options);
  error_code ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  if (!ec && used < text.size()) ec = json::error::extra_data;
  if (ec) return refused(parser.handler(), ec, used);
  return parser.handler().values.release();
}

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) {
    const std::size_t plain = plain_prefix(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    ucs4_t c = kReplacement;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto length = static_cast<std::size_t>(u8_mbtouc(&c, bytes, text.size()));
    if (needs_escape(c)) {
      append_escape(out, c);
    } else {
      std::array<std::uint8_t, 6> encoded;
      const int size = u8_uctomb(encoded.data(), c, encoded.size());
      out.append(reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size));
    }
    text.remove_prefix(length);
  }
  out.push_back('"');
}

}  // namespace strongroom
