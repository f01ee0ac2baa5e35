// parse_csv: it keeps to its limits, and what it reads, written down again, reads as the same.
#include "base/csv.h"

#include <algorithm>
#include <string>

#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

constexpr CsvLimits kLimits{.max_records = 50, .max_fields = 8, .max_field_bytes = 256};

std::string quoted(const std::string& field) {
  std::string text = "\"";
  for (const char c : field) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

}  // namespace

void one_input(std::string_view input) {
  const auto records = parse_csv(input, kLimits);
  if (!records) {
    require(records.error().code == Code::kInvalidArgument, "it is refused as the caller's fault");
    require(records.error().find("line") != nullptr, "it says in which line");
    return;
  }
  require(records->size() <= kLimits.max_records, "there are no more records than may be");
  std::string again;
  for (const CsvRecord& record : *records) {
    require(record.line >= 1, "lines count from 1");
    require(!record.fields.empty() && record.fields.size() <= kLimits.max_fields,
            "there are some fields, and no more than may be");
    for (const std::string& field : record.fields) {
      require(field.size() <= kLimits.max_field_bytes, "no field is longer than may be");
      again += quoted(field) + (&field == &record.fields.back() ? "\r\n" : ",");
    }
  }
  const auto reread = parse_csv(again, kLimits);
  require(reread.has_value(), "what was read can be written down");
  require(std::ranges::equal(*reread, *records, {}, &CsvRecord::fields, &CsvRecord::fields),
          "it reads as the same");
}

}  // namespace strongroom::fuzz
