// AuthorizationResponse: whatever a browser brings to the callback.
//
// The first line of an input is the issuer that was asked, with '!' before it where it promised to
// name itself; what follows is the query.
#include "oauth/authorization_response.h"

#include <algorithm>
#include <string>

#include "fuzz/form.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

constexpr std::string_view kOther = "https://another.issuer.example";

void check_refusal(const oauth::SignInRefusal& refusal) {
  require(
      refusal.error_code.empty() ||
          oauth::registered_sign_in_error(refusal.error_code).data() == refusal.error_code.data(),
      "a code that is kept is a literal of ours");
}

}  // namespace

void one_input(std::string_view bytes) {
  Input input(bytes);
  std::string_view issuer = input.line();
  const bool promised = issuer.starts_with('!');
  if (promised) issuer.remove_prefix(1);
  auto response = oauth::AuthorizationResponse::parse(input.rest());
  if (!response) return;
  const std::string state(response->state().reveal());
  require(oauth::has_form_of_flow_secret(state), "a state has our form");
  auto code = std::move(*response).take({.issuer = issuer, .promised = promised});
  if (!code) return check_refusal(code.error());
  const std::string letters(code->reveal());
  require(!letters.empty() && letters.size() <= oauth::kMaxAuthorizationCode,
          "a code has a length");
  require(std::ranges::none_of(letters, is_control), "a code stays in its place in a form");

  auto again = oauth::AuthorizationResponse::parse(
      form_body({{"code", letters}, {"state", state}, {"iss", kOther}}));
  require(again && again->state().reveal() == state, "what was read is written and read the same");
  auto same = std::move(*again).take({.issuer = kOther});
  require(same && same->reveal() == letters, "a code reads back as the same");
  auto mixed_up = oauth::AuthorizationResponse::parse(
      form_body({{"code", letters}, {"state", state}, {"iss", kOther}}));
  require(!std::move(*mixed_up).take({.issuer = "https://x"}),
          "another issuer's answer gives no code");
}

}  // namespace strongroom::fuzz
