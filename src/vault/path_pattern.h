#pragma once
// Robot paths ("finance/invoices") and the patterns that rules are written with.

#include <string>
#include <string_view>

#include "base/result.h"

namespace strongroom::vault {

// A path as stored: segments of clean names (base/unicode.h) joined by single slashes, without a
// leading or trailing one; "." and ".." are no segments. Empty: the root. At most 512 characters.
// Errors: kInvalidArgument at `field`.
Result<std::string> clean_path(std::string_view text, std::string_view field);

// A pattern: a path in which a whole segment may be "*", any one segment, and the last may be "**",
// any number of segments, none included. "finance/**" fits "finance" and "finance/invoices";
// "finance/*" fits "finance/invoices" only; "fin*" is refused. Errors: as clean_path().
Result<std::string> clean_path_pattern(std::string_view text, std::string_view field);

// Whether `path_key` fits `pattern_key`. Both are compared without regard to case: pass name_key()
// of a clean path and of a clean pattern.
bool path_fits(std::string_view pattern_key, std::string_view path_key);

}  // namespace strongroom::vault
