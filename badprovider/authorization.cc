#include "badprovider/authorization.h"

namespace strongroom::badprovider {

Answer authorize(const Parameters& query, const std::string& issuer, Grants& grants) {
  const std::string redirect_uri = value_of(query, "redirect_uri");
  const bool is_plain = redirect_uri.starts_with("https://") || redirect_uri.starts_with("http://");
  if (!is_plain || redirect_uri.find_first_of("\r\n") != std::string::npos) {
    return error_answer(400, "invalid_request");
  }
  const std::string challenge = value_of(query, "code_challenge");
  const bool is_hashed = value_of(query, "code_challenge_method") == "S256";
  std::string target = redirect_uri;
  target += redirect_uri.find('?') == std::string::npos ? "?" : "&";
  const std::string client = value_of(query, "client_id");
  if (value_of(query, "response_type") != "code" || client.empty() ||
      (!challenge.empty() && !is_hashed)) {
    target += "error=invalid_request";
  } else {
    target.append("code=").append(grants.issue_code({.client = client,
                                                     .redirect_uri = redirect_uri,
                                                     .scope = value_of(query, "scope"),
                                                     .code_challenge = challenge}));
  }
  target.append("&state=").append(http::form_encode(value_of(query, "state")));
  target.append("&iss=").append(http::form_encode(issuer));
  return {.status = 302, .content_type = "text/plain", .headers = {{"Location", target}}};
}

}  // namespace strongroom::badprovider
