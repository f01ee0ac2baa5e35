#include "api/media_type.h"

#include "http/message.h"

namespace strongroom::api {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Field names and media types are compared alike: ASCII, in any case.
bool same(std::string_view a, std::string_view b) { return http::same_field_name(a, b); }

}  // namespace

bool is_media_type(std::string_view content_type, std::string_view wanted) {
  const std::size_t semicolon = content_type.find(';');
  if (!same(trimmed(content_type.substr(0, semicolon)), wanted)) return false;
  if (semicolon == std::string_view::npos) return true;
  const std::string_view parameter = trimmed(content_type.substr(semicolon + 1));
  return parameter.empty() || same(parameter, "charset=utf-8") ||
         same(parameter, "charset=\"utf-8\"");
}

}  // namespace strongroom::api
