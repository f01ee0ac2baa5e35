#include "vault/path_pattern.h"

#include <cstddef>
#include <optional>

#include "base/unicode.h"

namespace strongroom::vault {
namespace {

constexpr std::size_t kMaxCharacters = 512;
constexpr std::size_t kMaxBytes = 4 * kMaxCharacters;  // of UTF-8, so a longer text is not split up

constexpr std::string_view kOneSegment = "*";
constexpr std::string_view kAnySegments = "**";

Error refused(LiteralText message, std::string_view field) {
  return Error{Code::kInvalidArgument, message}.at(std::string(field));
}

// Takes the first segment off `rest`; nullopt when there is none left.
std::optional<std::string_view> take_segment(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  const std::size_t slash = rest.find('/');
  const std::string_view segment = rest.substr(0, slash);
  rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
  return segment;
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

// People write "/finance/" as well as "finance".
std::string_view without_outer_slashes(std::string_view text) {
  if (text.starts_with('/')) text.remove_prefix(1);
  if (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

Result<std::string> clean_segment(std::string_view segment, std::string_view field) {
  STRONGROOM_TRY(std::string clean, clean_name(segment, field, kMaxCharacters));
  if (clean == "." || clean == "..") return refused("A path has no . or .. in it.", field);
  return clean;
}

// `check` sees each clean segment and whether it is the last.
template <class Check>
Result<std::string> clean_segments(std::string_view text, std::string_view field, Check check) {
  if (text.size() > kMaxBytes) return refused("The path is too long.", field);
  if (text.find("//") != std::string_view::npos) {
    return refused("A path has no empty segment between its slashes.", field);
  }
  std::string joined;
  for (std::string_view rest = without_outer_slashes(text); !rest.empty();) {
    STRONGROOM_TRY(const std::string clean, clean_segment(*take_segment(rest), field));
    STRONGROOM_CHECK(check(clean, rest.empty()));
    if (!joined.empty()) joined += '/';
    joined += clean;
  }
  if (count_characters(joined) > kMaxCharacters) return refused("The path is too long.", field);
  return joined;
}

}  // namespace

Result<std::string> clean_path(std::string_view text, std::string_view field) {
  return clean_segments(text, field, [&](std::string_view segment, bool) -> Status {
    if (segment.find('*') == std::string_view::npos) return {};
    return refused("A path has no * in it: that is for patterns.", field);
  });
}

Result<std::string> clean_path_pattern(std::string_view text, std::string_view field) {
  STRONGROOM_TRY(std::string pattern,
                 clean_segments(text, field, [&](std::string_view segment, bool is_last) -> Status {
                   if (segment == kAnySegments && !is_last) {
                     return refused("Only the last segment of a pattern may be **.", field);
                   }
                   if (segment == kOneSegment || segment == kAnySegments ||
                       segment.find('*') == std::string_view::npos) {
                     return {};
                   }
                   return refused("In a pattern a * is a whole segment, not a part of one.", field);
                 }));
  // Forgotten rather than meant, more often than not; "**" is every robot, and says so.
  if (pattern.empty()) return refused("The pattern is empty.", field);
  return pattern;
}

bool path_fits(std::string_view pattern_key, std::string_view path_key) {
  for (;;) {
    if (pattern_key == kAnySegments) return true;
    const auto wanted = take_segment(pattern_key);
    const auto segment = take_segment(path_key);
    if (!wanted || !segment) return !wanted && !segment;
    if (*wanted != kOneSegment && *wanted != *segment) return false;
  }
}

}  // namespace strongroom::vault
