#pragma once
// What the command line prints, and the exit codes it ends with.

#include <span>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "base/result.h"
#include "cli/rest.h"

namespace strongroom::cli {

// Documented in docs/cli.md; scripts depend on them.
enum class ExitCode : int {
  kDone = 0,
  kError = 1,
  kUsage = 2,
  kNotFound = 3,
  kNotAuthorized = 4,   // no key, a wrong one, or one without the permission
  kNeedsPerson = 5,     // somebody must sign in or mend the settings at the provider
  kProviderFailed = 6,  // the provider refused; trying again does not help
  kConflict = 7,        // duplicate, changed meanwhile, min_ttl cannot be met
  kTryAgain = 75,       // rate limited, or the server or the provider cannot be reached or is busy
};

enum class Format { kTable, kJson };

// A column of a table: its heading, and where in an item its value is ("token.expires_at").
struct Column {
  std::string_view heading;
  std::string_view member;
};

// `text` of a server with '?' for control characters: a terminal obeys those.
std::string harmless(std::string_view text);

// `items` as an aligned table with headings. Control characters in values are shown as '?'.
std::string table(const boost::json::array& items, std::span<const Column> columns);

// One object as lines "member: value", nested members as "owner.name".
std::string sheet(const boost::json::object& object);

// Prints a problem document, or why there was no answer at all, on standard error; answers the code
// to exit with.
ExitCode report_problem(const Answer& answer);
ExitCode report_error(const Error& error);

}  // namespace strongroom::cli
