// Robot paths and the patterns of access rules: who fits a rule must not be a matter of opinion.
//
// The first line of an input is a pattern, the second a path.
#include "vault/path_pattern.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/unicode.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

constexpr std::size_t kMaxCharacters = 512;  // of a path, and of a segment of it

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> found;
  while (!path.empty()) {
    found.push_back(path.substr(0, path.find('/')));
    path.remove_prefix(std::min(path.size(), found.back().size() + 1));
  }
  return found;
}

// The rule as it is told to people, written the simple way.
bool ought_to_fit(std::span<const std::string_view> pattern,
                  std::span<const std::string_view> path) {
  if (pattern.empty()) return path.empty();
  if (pattern.size() == 1 && pattern[0] == "**") return true;
  if (path.empty() || (pattern[0] != "*" && pattern[0] != path[0])) return false;
  return ought_to_fit(pattern.subspan(1), path.subspan(1));
}

void check_clean(const std::string& clean, const Result<std::string>& again) {
  require(again.has_value() && *again == clean, "what is clean stays as it is");
  require(is_utf8(clean) && clean.size() <= kMaxCharacters * 4,
          "what is clean is text and not too long");
  for (const std::string_view segment : segments(clean)) {
    require(!segment.empty() && segment != "." && segment != "..", "a segment is a name");
    const auto name = clean_name(segment, "/path", kMaxCharacters);
    require(name.has_value() && *name == segment, "a segment is a clean name");
  }
  require(!clean.starts_with('/') && !clean.ends_with('/'), "no slash at either end");
}

}  // namespace

void one_input(std::string_view input) {
  Input lines(input);
  const auto pattern = vault::clean_path_pattern(lines.line(), "/path");
  const auto path = vault::clean_path(lines.line(), "/path");
  if (pattern) check_clean(*pattern, vault::clean_path_pattern(*pattern, "/path"));
  if (path) {
    check_clean(*path, vault::clean_path(*path, "/path"));
    require(vault::path_fits("**", name_key(*path)), "two stars fit every path");
  }
  if (!pattern || !path) return;
  const std::string pattern_key = name_key(*pattern);
  const std::string path_key = name_key(*path);
  require(vault::path_fits(pattern_key, path_key) ==
              ought_to_fit(segments(pattern_key), segments(path_key)),
          "a path fits as the rule says");
}

}  // namespace strongroom::fuzz
