#pragma once
// The trail as a file that is taken elsewhere: JSON lines, which can be verified there without the
// server, or CSV for a spreadsheet.
//
//   {"strongroom_audit":1,"server":"…","public_key":"…","first_sequence":9,"start_hash":"…"}
//   {"checkpoint":"…"}                              where first_sequence is not 1
//   {"sequence":9,"hash":"…","body":"{\"id\":…}"}   `body` is the event's canonical text
//   {"checkpoint":"…"}                              behind the event that it is of
//   {"end":{"sequence":12,"hash":"…"}}
//
// A part of a trail says so in its first line ("is_whole":false) and cannot be verified.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "audit/trail.h"
#include "audit/verify.h"
#include "base/result.h"
#include "storage/event_rows.h"

namespace strongroom::audit {

// Each ends with a newline.
std::string export_head(const Trail::Standing& standing, const CheckpointKey* key, bool is_whole);
std::string export_line(const Trail::Link& link);
std::string export_end(const Trail::Entry& last);

// RFC 4180. What a spreadsheet would take for a formula has an apostrophe before it.
std::string csv_head();
std::string csv_line(const Trail::Entry& entry);

inline constexpr std::size_t kLongestExportLine = std::size_t{256} * 1024;

// Is told of each link that fits to those before it; what it answers besides success ends the
// verification. That the whole export is what it says is known only when that has ended well.
using EachLink = std::function<Status(const storage::EventRow&)>;

// Checks an export as verify() checks a database. `next_line` answers false at the end of the file;
// a line is without its newline.
//
// Errors: kCorrupt, as TrailCheck, or with the parameter "line": a line is none of an export, or
// the end is missing; kInvalidArgument: it is a part of a trail, or no export at all.
Result<Verification> verify_export(const std::function<bool(std::string&)>& next_line,
                                   const Expected& expected = {}, const EachLink& each = {});

// The same of the export in a file. Errors: kNotFound besides, it cannot be read.
Result<Verification> verify_export_file(const std::string& path, const Expected& expected = {},
                                        const EachLink& each = {});

}  // namespace strongroom::audit
