// parse_json and append_json_string.
#include "base/json.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <boost/json.hpp>

#include "base/unicode.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

namespace json = boost::json;

// Boost reads and writes fractions to within the last digit.
bool alike(const json::value& a, const json::value& b) {
  if (a.is_double() || b.is_double()) {
    const double x = a.to_number<double>();
    const double y = b.to_number<double>();
    return std::abs(x - y) <= std::abs(x) * 1e-12;
  }
  if (a.is_object() && b.is_object()) {
    if (a.get_object().size() != b.get_object().size()) return false;
    for (const auto& [name, value] : a.get_object()) {
      const json::value* other = b.get_object().if_contains(name);
      if (other == nullptr || !alike(value, *other)) return false;
    }
    return true;
  }
  if (a.is_array() && b.is_array()) {
    const json::array& left = a.get_array();
    const json::array& right = b.get_array();
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (!alike(left[i], right[i])) return false;
    }
    return true;
  }
  return a == b;
}

std::size_t depth(const json::value& value) {
  std::size_t deepest = 0;
  if (value.is_object()) {
    for (const auto& member : value.get_object()) {
      deepest = std::max(deepest, depth(member.value()));
    }
    return deepest + 1;
  }
  if (value.is_array()) {
    for (const json::value& element : value.get_array()) {
      deepest = std::max(deepest, depth(element));
    }
    return deepest + 1;
  }
  return 0;
}

// What the strict reader takes, the lenient one takes, and as the same.
void check_reading(std::string_view text) {
  constexpr std::size_t kMaxDepth = 32;
  const auto value = parse_json(text);
  if (!value) {
    require(value.error().code == Code::kInvalidArgument, "bad JSON is an invalid argument");
    return;
  }
  require(is_utf8(text), "JSON that was taken is UTF-8");
  require(depth(*value) <= kMaxDepth, "JSON that was taken is not too deep");
  json::error_code trouble;
  const json::value lenient = json::parse(json::string_view(text.data(), text.size()), trouble);
  require(!trouble && alike(*value, lenient), "Boost's own reader reads the same");
  const std::string again = json::serialize(*value);
  const auto second = parse_json(again);
  require(second.has_value() && alike(*value, *second), "written and read, it is the same");
  require(!parse_json(text, {.max_bytes = text.size() - 1}), "a limit of bytes is kept");
}

void check_writing(std::string_view text) {
  std::string out = "before";
  append_json_string(out, text);
  require(out.starts_with("before\"") && out.ends_with('"'), "a string has quotes");
  const std::string_view written = std::string_view(out).substr(6);
  for (const char c : written) require(!is_control(c), "control characters are escaped");
  const auto value = parse_json(written, {.max_bytes = written.size()});
  require(value.has_value() && value->is_string(), "what was written is a JSON string");
  const std::string_view read = value->get_string();
  if (is_utf8(text)) {
    require(read == text, "a string reads back as it was");
  } else {
    require(read.find("\xef\xbf\xbd") != std::string_view::npos, "bad bytes become U+FFFD");
  }
}

}  // namespace

void one_input(std::string_view input) {
  check_reading(input);
  check_writing(input);
}

}  // namespace strongroom::fuzz
