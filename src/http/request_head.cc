#include "http/request_head.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "http/message.h"

namespace strongroom::http {
namespace {

using Verdict = tl::expected<void, HeadFault>;

constexpr std::size_t kMaxMethodBytes = 32;
constexpr std::size_t kMaxLengthDigits = 18;  // fits 64 bits whatever the digits are

tl::unexpected<HeadFault> malformed() { return tl::make_unexpected(HeadFault::kMalformed); }

// One bit a class, so that a byte is judged with one look.
enum CharClass : unsigned char { kToken = 1, kTarget = 2, kValue = 4, kHostName = 8 };

constexpr std::array<unsigned char, 256> kClasses = [] {
  std::array<unsigned char, 256> classes{};
  const auto add = [&](std::string_view characters, unsigned bit) {
    for (const char c : characters) {
      unsigned char& entry = classes[static_cast<unsigned char>(c)];
      entry = static_cast<unsigned char>(entry | bit);
    }
  };
  for (unsigned byte = 0x21; byte <= 0xff; ++byte) classes[byte] = kValue;  // with obs-text
  classes[0x7f] = 0;
  add(" \t", kValue);
  for (unsigned byte = 0x21; byte <= 0x7e; ++byte) classes[byte] |= kTarget;
  classes['#'] = kValue;  // a fragment never travels (RFC 9112 section 3.2)
  add("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", kToken | kHostName);
  add("!#$%&'*+-.^_`|~", kToken);  // RFC 9110 section 5.6.2
  add(".-_:[]", kHostName);
  return classes;
}();

bool all_are(std::string_view text, CharClass wanted) {
  return std::ranges::all_of(
      text, [&](char c) { return (kClasses[static_cast<unsigned char>(c)] & wanted) != 0; });
}

std::string_view without_outer_space(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Takes the next line off `rest`, without its CRLF; nullopt where there is no CRLF or a bare CR or
// LF comes first.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos || end == 0 || rest[end - 1] != '\r') return std::nullopt;
  const std::string_view line = rest.substr(0, end - 1);
  rest.remove_prefix(end + 1);
  return line;  // a CR inside it belongs to no class, so the checks below refuse it
}

Verdict read_request_line(std::string_view line, RequestHead& head) {
  const std::size_t after_method = line.find(' ');
  const std::size_t after_target = line.rfind(' ');
  if (after_method == std::string_view::npos || after_target == after_method) return malformed();
  head.method = line.substr(0, after_method);
  head.target = line.substr(after_method + 1, after_target - after_method - 1);
  const std::string_view version = line.substr(after_target + 1);

  if (head.method.empty() || head.method.size() > kMaxMethodBytes) return malformed();
  if (!all_are(head.method, kToken)) return malformed();
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return malformed();
  head.minor_version = version.back() - '0';
  if (!head.target.starts_with('/') || !all_are(head.target, kTarget)) return malformed();
  if (head.target.size() > kMaxTargetBytes) {
    return tl::make_unexpected(HeadFault::kTargetTooLong);
  }
  return {};
}

// RFC 9110 section 8.6: digits and nothing else. A list of equal numbers is refused as well.
std::optional<std::uint64_t> parse_content_length(std::string_view value) {
  if (value.empty() || value.size() > kMaxLengthDigits) return std::nullopt;
  std::uint64_t length = 0;
  for (const char c : value) {
    if (c < '0' || c > '9') return std::nullopt;
    length = length * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return length;
}

// The fields that may come once, and those that say where the body ends.
class FieldChecks {
 public:
  explicit FieldChecks(RequestHead& head) : head_(head) {}

  Verdict field(std::string_view name, std::string_view value) {
    switch (name.size()) {  // most names are settled by their length
      case 4:
        return same_field_name(name, "host") ? host(value) : Verdict{};
      case 6:
        return same_field_name(name, "expect") ? expect(value) : Verdict{};
      case 8:
        if (same_field_name(name, "if-match") && head_.if_match.empty()) head_.if_match = value;
        return {};
      case 10:
        if (same_field_name(name, "connection")) connection(value);
        return {};
      case 12:
        return same_field_name(name, "content-type")
                   ? keep(head_.content_type, value, content_type_)
                   : Verdict{};
      case 13:
        return same_field_name(name, "authorization")
                   ? keep(head_.authorization, value, authorization_)
                   : Verdict{};
      case 14:
        return same_field_name(name, "content-length") ? content_length(value) : Verdict{};
      case 17:
        return same_field_name(name, "transfer-encoding") ? transfer_encoding(value) : Verdict{};
      default:
        return {};
    }
  }

  Verdict finish() const {
    if (head_.minor_version == 1 && !host_) return malformed();
    head_.keep_alive = !close_ && (head_.minor_version == 1 || stay_);
    if (head_.chunked && (head_.content_length || head_.minor_version == 0)) return malformed();
    return {};
  }

 private:
  static Verdict once(bool& seen) {
    if (seen) return malformed();
    seen = true;
    return {};
  }

  static Verdict keep(std::string_view& place, std::string_view value, bool& seen) {
    place = value;
    return once(seen);
  }

  // A list (RFC 9110 section 7.6.1). Where it says both, the careful reading is the end.
  void connection(std::string_view value) {
    while (!value.empty()) {
      const std::size_t comma = std::min(value.find(','), value.size());
      const std::string_view option = without_outer_space(value.substr(0, comma));
      close_ = close_ || same_field_name(option, "close");
      stay_ = stay_ || same_field_name(option, "keep-alive");
      value.remove_prefix(std::min(comma + 1, value.size()));
    }
  }

  Verdict host(std::string_view value) {
    if (value.empty() || !all_are(value, kHostName)) return malformed();
    return once(host_);
  }

  Verdict expect(std::string_view value) {
    if (!same_field_name(value, "100-continue")) {
      return tl::make_unexpected(HeadFault::kExpectationFailed);
    }
    head_.expects_continue = head_.minor_version == 1;  // RFC 9110 section 10.1.1
    return once(expect_);
  }

  Verdict content_length(std::string_view value) {
    if (head_.content_length) return malformed();
    head_.content_length = parse_content_length(value);
    return head_.content_length ? Verdict{} : malformed();
  }

  Verdict transfer_encoding(std::string_view value) {
    if (!same_field_name(value, "chunked")) return malformed();
    return once(head_.chunked);
  }

  RequestHead& head_;
  bool host_ = false;
  bool expect_ = false;
  bool content_type_ = false;
  bool authorization_ = false;
  bool close_ = false;
  bool stay_ = false;
};

// Takes "name: value" apart. White space before the colon, or at the start of a line (folding),
// is no token character.
Verdict read_field(std::string_view line, FieldChecks& checks) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return malformed();
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = line.substr(colon + 1);
  if (!all_are(name, kToken) || !all_are(value, kValue)) return malformed();
  return checks.field(name, without_outer_space(value));
}

// The value of the next field called `name`; `fields` is then what stands behind it.
std::optional<std::string_view> next_field(std::string_view& fields, std::string_view name) {
  while (const std::optional<std::string_view> line = take_line(fields)) {
    const std::size_t colon = std::min(line->find(':'), line->size());
    if (!same_field_name(line->substr(0, colon), name)) continue;
    return without_outer_space(line->substr(std::min(colon + 1, line->size())));
  }
  return std::nullopt;
}

}  // namespace

tl::expected<std::size_t, HeadFault> head_length(std::string_view bytes, std::size_t& line_start) {
  while (line_start < bytes.size()) {
    const void* found = std::memchr(bytes.data() + line_start, '\n', bytes.size() - line_start);
    if (found == nullptr) return 0;
    const auto end = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
    if (end == line_start || bytes[end - 1] != '\r') return malformed();
    const bool empty_line = end - line_start == 1;
    if (empty_line && line_start == 0) return malformed();
    line_start = end + 1;
    if (empty_line) return line_start;
  }
  return 0;
}

tl::expected<RequestHead, HeadFault> check_head(std::string_view head) {
  RequestHead result;
  std::string_view rest = head;
  const std::optional<std::string_view> request_line = take_line(rest);
  if (!request_line) return malformed();
  if (const Verdict read = read_request_line(*request_line, result); !read) {
    return tl::make_unexpected(read.error());
  }

  const std::size_t fields_begin = head.size() - rest.size();
  FieldChecks checks(result);
  for (std::size_t lines = 0;; ++lines) {
    const std::optional<std::string_view> line = take_line(rest);
    if (!line) return malformed();
    if (line->empty()) break;
    if (lines == kMaxFieldLines) return tl::make_unexpected(HeadFault::kTooLarge);
    if (const Verdict read = read_field(*line, checks); !read) {
      return tl::make_unexpected(read.error());
    }
  }
  if (!rest.empty()) return malformed();
  result.fields = head.substr(fields_begin, head.size() - fields_begin - 2);
  if (const Verdict whole = checks.finish(); !whole) return tl::make_unexpected(whole.error());
  return result;
}

std::string_view find_field(std::string_view fields, std::string_view name) {
  return next_field(fields, name).value_or(std::string_view{});
}

std::vector<std::string_view> all_fields(std::string_view fields, std::string_view name) {
  std::vector<std::string_view> values;
  while (const auto value = next_field(fields, name)) values.push_back(*value);
  return values;
}

}  // namespace strongroom::http
