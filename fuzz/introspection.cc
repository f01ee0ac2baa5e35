// read_introspection: whatever an introspection endpoint answers.
//
// The first line of an input is the status, the second the media type, the rest the body.
#include "oauth/introspection.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {

void one_input(std::string_view input) {
  Input rest(input);
  const std::string_view first = rest.line();
  oauth::RawAnswer answer;
  std::from_chars(first.data(), first.data() + first.size(), answer.response.status);
  answer.response.headers = {{"Content-Type", std::string(rest.line())}};
  const std::string_view body = rest.rest();
  answer.response.body = http::ResponseBody(body);
  const int status = answer.response.status;
  const oauth::TokenParties parties{
      .client_id = "id", .issuer = "https://as.example", .subject = "ann"};
  const auto result = oauth::read_introspection(oauth::RawResult(std::move(answer)), parties);
  if (result) {
    require(status == 200, "only a success says something of a token");
    require(
        body.find("true") != std::string_view::npos || body.find("false") != std::string_view::npos,
        "what says whether a token is active is true or false");
    require(result->active || (!result->expires_at && result->scope.empty()),
            "of a token that is not active nothing else is said");
    return;
  }
  require(std::ranges::none_of(result.error().detail, is_control), "the detail quotes nothing");
}

}  // namespace strongroom::fuzz
