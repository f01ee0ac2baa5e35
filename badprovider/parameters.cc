#include "badprovider/parameters.h"

#include <algorithm>

#include "base/base64.h"
#include "http/message.h"

namespace strongroom::badprovider {

Parameters parse_form(std::string_view text) {
  Parameters out;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    std::string name;
    std::string value;
    if (http::percent_decode(pair.substr(0, equals), true, name) &&
        http::percent_decode(pair.substr(equals + 1), true, value)) {
      out[name] = value;
    }
  }
  return out;
}

std::string value_of(const Parameters& parameters, std::string_view name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : found->second;
}

std::string client_of(std::string_view authorization, const Parameters& form) {
  constexpr std::string_view kBasic = "Basic ";
  if (!authorization.starts_with(kBasic)) return value_of(form, "client_id");
  const auto pair = base64_decode(authorization.substr(kBasic.size()));
  std::string client;
  if (!pair || !http::percent_decode(pair->substr(0, pair->find(':')), true, client)) return {};
  return client;
}

}  // namespace strongroom::badprovider
