#include "oauth/endpoint_query.h"

#include <string>

#include "http/message.h"

namespace strongroom::oauth {

bool clashes(std::string_view query, const std::function<bool(std::string_view)>& is_taken) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view field = query.substr(0, end);
    std::string name;
    if (!http::percent_decode(field.substr(0, field.find('=')), true, name)) return true;
    if (is_taken(name)) return true;
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
  }
  return false;
}

}  // namespace strongroom::oauth
