#include "cli/import_file.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <boost/json.hpp>

#include "base/csv.h"
#include "base/json.h"

namespace strongroom::cli {
namespace {

Error too_many() {
  return Error{Code::kInvalidArgument, "A file has at most 5,000 rows: divide it."};
}

// Where each line of `text` begins; line 1 is the first.
std::vector<std::size_t> line_starts(std::string_view text) {
  std::vector<std::size_t> starts = {0, 0};
  for (std::size_t at = text.find('\n'); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    starts.push_back(at + 1);
  }
  return starts;
}

}  // namespace

Result<std::vector<ImportPortion>> portions_of_csv(std::string_view text, std::size_t most) {
  auto parsed = parse_csv(text, {.max_records = kMostImportRows + 2});
  if (!parsed) {
    Error error = std::move(parsed.error());
    if (const ErrorValue* const line = error.find("line")) {
      error.detail = "line " + std::to_string(std::get<std::int64_t>(*line));
    }
    return error;
  }
  std::vector<std::size_t> begins;  // the line of each record
  for (const CsvRecord& record : *parsed) begins.push_back(record.line);
  wipe(*parsed);
  if (begins.size() < 2) {
    return Error{Code::kInvalidArgument, "There is nothing in the file but its first line."};
  }
  if (begins.size() > kMostImportRows + 1) return too_many();
  const std::vector<std::size_t> starts = line_starts(text);
  const auto offset = [&](std::size_t record) {
    return record < begins.size() ? starts.at(begins[record]) : text.size();
  };
  const std::string_view header = text.substr(0, offset(1));
  const auto header_lines = static_cast<std::size_t>(std::ranges::count(header, '\n'));
  std::vector<ImportPortion> portions;
  for (std::size_t first = 1; first < begins.size();) {
    std::size_t end = first + 1;
    while (end < begins.size() && offset(end + 1) - offset(first) + header.size() <= most) ++end;
    std::string content(header);
    content.reserve(header.size() + offset(end) - offset(first));
    content += text.substr(offset(first), offset(end) - offset(first));
    portions.push_back({InputText(content), begins[first], header_lines + 1});
    wipe(content);
    first = end;
  }
  return portions;
}

Result<std::vector<ImportPortion>> portions_of_json(std::string_view text, std::size_t most) {
  STRONGROOM_TRY(const boost::json::value parsed, parse_json(text, {.max_bytes = kLongestImport}));
  const boost::json::array* const rows = parsed.if_array();
  if (rows == nullptr) return Error{Code::kInvalidArgument, "The file is not a JSON array."};
  if (rows->size() > kMostImportRows) return too_many();
  std::vector<ImportPortion> portions;
  std::string content = "[";
  std::size_t first = 0;
  const auto finish = [&](std::size_t end) {
    content += ']';
    portions.push_back({InputText(content), first + 1, 1});
    wipe(content);
    content = "[";
    first = end;
  };
  for (std::size_t i = 0; i < rows->size(); ++i) {
    std::string row = boost::json::serialize(rows->at(i));
    if (i > first && content.size() + row.size() + 2 > most) finish(i);
    if (i > first) content += ',';
    content += row;
    wipe(row);
  }
  if (first < rows->size()) finish(rows->size());
  return portions;
}

}  // namespace strongroom::cli
