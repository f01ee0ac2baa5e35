// read_revocation: whatever a revocation endpoint answers.
//
// The first line of an input is the status, the second the media type, the rest the body.
#include "oauth/token_revocation.h"

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
  const auto result = oauth::read_revocation(oauth::RawResult(std::move(answer)));
  if (result) {
    require(status == 200 || status == 400, "nothing else says that a token is gone");
    require(status == 200 || body.find("error") != std::string_view::npos ||
                body.find("\\u00") != std::string_view::npos,
            "a refusal that counts as a success says so");
    return;
  }
  require(status != 200, "200 is a success");
  require(std::ranges::all_of(result.error().error_code,
                              [](char c) { return ('a' <= c && c <= 'z') || c == '_'; }),
          "an error code is one of ours");
  require(std::ranges::none_of(result.error().detail, is_control), "the detail quotes nothing");
}

}  // namespace strongroom::fuzz
