// The session's cookie in a Cookie header, and the sessions' own form of it.
#include "api/session_cookie.h"

#include <string>

#include "fuzz/fuzz_target.h"
#include "identity/sessions.h"

namespace strongroom::fuzz {

void one_input(std::string_view input) {
  const std::string_view value = api::session_cookie(input);
  require(value.empty() || (input.data() <= value.data() &&
                            value.data() + value.size() <= input.data() + input.size()),
          "the value is a part of the header");
  require(value.find(';') == std::string_view::npos, "a value ends at the next cookie");
  if (value.empty()) return;
  const std::string cookie = std::string(api::kSessionCookie) + "=" + std::string(value);
  require(input.find(cookie) != std::string_view::npos, "it stood under its name");
  require(api::session_cookie(cookie) == value, "alone it is the same");
  require(api::session_cookie("a=b; " + cookie + "; c") == value, "among others it is the same");
  require(api::session_cookie(cookie + ";" + cookie).empty(), "twice it is nobody's");
  const std::string token = identity::Sessions::csrf_token(value);
  require(identity::Sessions::csrf_token_fits(value, token), "its token fits");
  require(!identity::Sessions::csrf_token_fits(value, value), "it is no token itself");
}

}  // namespace strongroom::fuzz
