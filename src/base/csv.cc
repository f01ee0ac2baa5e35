#include "base/csv.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/secret.h"

namespace strongroom {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

class Parser {
 public:
  Parser(std::string_view rest, const CsvLimits& limits) : rest_(rest), limits_(limits) {}

  Status run() {
    while (!rest_.empty()) {
      if (skip_line_end()) continue;  // nothing in this line
      if (records_.size() == limits_.max_records) return wrong("There are too many lines.");
      records_.push_back({line_, {}});
      STRONGROOM_CHECK(record(records_.back().fields));
    }
    return {};
  }
  std::vector<CsvRecord>& records() { return records_; }

 private:
  Error wrong(LiteralText message) const {
    return Error{Code::kInvalidArgument, message}.with("line", static_cast<std::int64_t>(line_));
  }

  // True: the end of a line was there, and is behind us.
  bool skip_line_end() {
    if (rest_.starts_with("\r\n")) {
      rest_.remove_prefix(2);
    } else if (rest_.starts_with('\n')) {
      rest_.remove_prefix(1);
    } else {
      return false;
    }
    ++line_;
    return true;
  }

  Status record(std::vector<std::string>& fields) {
    for (;;) {
      if (fields.size() == limits_.max_fields) return wrong("There are too many fields.");
      fields.emplace_back();
      STRONGROOM_CHECK(rest_.starts_with('"') ? quoted(fields.back()) : plain(fields.back()));
      if (rest_.empty() || skip_line_end()) return {};
      if (!rest_.starts_with(',')) return wrong("Behind a quoted field there is a comma.");
      rest_.remove_prefix(1);
    }
  }

  Status plain(std::string& field) {
    const std::size_t end = std::min(rest_.find_first_of(",\n\""), rest_.size());
    if (end < rest_.size() && rest_[end] == '"') {
      return wrong("A field with a quote in it is in quotes, and the quote is doubled.");
    }
    std::string_view taken = rest_.substr(0, end);
    if (end < rest_.size() && rest_[end] == '\n' && taken.ends_with('\r')) taken.remove_suffix(1);
    rest_.remove_prefix(taken.size());
    return put(field, taken);
  }

  Status quoted(std::string& field) {
    // The longest that it can be, so that it never grows, and no piece of a token is left behind.
    std::size_t size = 1;
    for (;; ++size) {
      if (size >= rest_.size()) return wrong("A quote is not closed.");
      if (rest_[size] != '"') continue;
      if (size + 1 >= rest_.size() || rest_[size + 1] != '"') break;
      ++size;
    }
    const std::string_view inside = rest_.substr(1, size - 1);
    if (inside.size() > 2 * limits_.max_field_bytes) return wrong("A field is too long.");
    field.reserve(inside.size());
    for (std::size_t i = 0; i < inside.size(); ++i) {
      if (inside[i] == '"') ++i;  // the second of two
      if (inside[i] == '\n') ++line_;
      field += inside[i];
    }
    rest_.remove_prefix(size + 1);
    return check(field);
  }

  Status put(std::string& field, std::string_view text) {
    field = text;
    return check(field);
  }
  Status check(const std::string& field) const {
    if (field.size() > limits_.max_field_bytes) return wrong("A field is too long.");
    if (field.find('\0') != std::string::npos) return wrong("There is a NUL character.");
    return {};
  }

  std::string_view rest_;
  const CsvLimits& limits_;
  std::size_t line_ = 1;
  std::vector<CsvRecord> records_;
};

}  // namespace

Result<std::vector<CsvRecord>> parse_csv(std::string_view text, const CsvLimits& limits) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Parser parser(text, limits);
  if (const Status parsed = parser.run(); !parsed) {
    wipe(parser.records());
    return parsed.error();
  }
  return std::move(parser.records());
}

void wipe(std::vector<CsvRecord>& records) noexcept {
  for (CsvRecord& record : records) {
    for (std::string& field : record.fields) wipe(field);
  }
}

}  // namespace strongroom
