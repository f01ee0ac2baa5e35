// read_registration and read_removal: whatever an authorization server answers.
//
// The first line of an input is the status, the second the media type, the rest the body.
#include "oauth/registration.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

constexpr std::string_view kOrigin = "https://id.example/";

oauth::ClientFacts asked() {
  oauth::ClientFacts facts;
  facts.redirect_uris = {"https://vault.example/OAuthCallback/x"};
  facts.grant_types = {"authorization_code", "refresh_token"};
  facts.response_types = {"code"};
  return facts;
}

}  // namespace

void one_input(std::string_view input) {
  Input rest(input);
  const std::string_view first = rest.line();
  oauth::RawAnswer answer;
  std::from_chars(first.data(), first.data() + first.size(), answer.response.status);
  answer.response.headers = {{"Content-Type", std::string(rest.line())}};
  answer.response.body = http::ResponseBody(rest.rest());
  const int status = answer.response.status;
  const oauth::RawResult result(std::move(answer));
  const oauth::Removal removal = oauth::read_removal(result);
  require(status != 204 || removal == oauth::Removal::kGone, "204 is the standard's yes");
  const auto read = oauth::read_registration(result, asked(), "https://id.example/register");
  if (!read) {
    require(std::ranges::none_of(read.error().detail, is_control), "the detail quotes nothing");
    return;
  }
  require(status == 200 || status == 201, "nothing else is a success");
  require(!read->client_id.empty() && read->client_id.size() <= 2048, "there is an id");
  require(std::ranges::none_of(read->client_id, is_control), "that can be sent");
  require(read->access_token.has_value() == !read->configuration_endpoint.empty(),
          "a token has the address that it is for");
  require(!read->access_token || read->configuration_endpoint.starts_with(kOrigin),
          "which is at the server that was asked");
  require(!read->unacceptable.view().empty() || read->secret.has_value(),
          "who asked for a secret has one");
}

}  // namespace strongroom::fuzz
