#pragma once
// CSV as RFC 4180 has it, for files that people bring along. Debian has no library for it that is
// small, kept up and strict; the grammar is five lines.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace strongroom {

struct CsvRecord {
  std::size_t line = 0;  // where it begins, from 1: a quoted field may go over several
  std::vector<std::string> fields;
};

struct CsvLimits {
  std::size_t max_records = 5'001;
  std::size_t max_fields = 64;
  std::size_t max_field_bytes = std::size_t{128} * 1024;
};

// Fields are separated by commas, records by CRLF or LF; a field in double quotes may have any of
// these in it, and a quote as two. A byte order mark in front is dropped, and so are lines with
// nothing in them. The fields may be secret: the caller wipes them.
//
// Errors: kInvalidArgument, with the parameter "line": a quote where none may be, one that is not
// closed, more than the limits allow, a NUL.
Result<std::vector<CsvRecord>> parse_csv(std::string_view text, const CsvLimits& limits = {});

// Overwrites all fields.
void wipe(std::vector<CsvRecord>& records) noexcept;

}  // namespace strongroom
