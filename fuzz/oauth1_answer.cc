// What providers of OAuth 1.0a, and browsers that come from them, say.
//
// The first byte of an input chooses the status, the first line goes on with a WWW-Authenticate
// header; what follows is the body, and the query of a callback.
#include "oauth/oauth1_answer.h"

#include <algorithm>
#include <array>
#include <string>

#include "fuzz/form.h"
#include "fuzz/fuzz_target.h"
#include "oauth/oauth1_callback.h"

namespace strongroom::fuzz {
namespace {

oauth::TokenAnswer answer(int status, std::string_view challenge, std::string_view body) {
  oauth::TokenAnswer made;
  made.status = status;
  made.headers = {{"WWW-Authenticate", std::string(challenge)}};
  made.body = http::ResponseBody(body);
  made.sent_at = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24);
  return made;
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return ' ' <= c && c <= '~'; });
}

void check_failure(const oauth::TokenFailure& failure) {
  require(is_plain(failure.error_code) && is_plain(failure.detail),
          "nothing of the peer's comes along");
  const auto skew = oauth::skew_for_retry(failure, Seconds{0});
  if (skew) require(oauth::skew_for_retry(failure, *skew).value_or(*skew) == *skew, "one retry");
}

void check_credentials(const oauth::Oauth1Credentials& read) {
  const std::string token(read.token.reveal());
  const std::string secret(read.secret.reveal());
  require(!token.empty() && is_plain(token) && is_plain(secret), "both can stand in a header");
  const std::string body = form_body({{"oauth_token", token},
                                      {"oauth_token_secret", secret},
                                      {"oauth_callback_confirmed", "true"}});
  const auto again = oauth::read_temporary_credentials(answer(200, "", body));
  require(again && again->token.reveal() == token && again->secret.reveal() == secret,
          "what was read is written and read the same");
}

void check_callback(std::string_view query) {
  auto callback = oauth::Oauth1Callback::parse(query);
  if (!callback) return;
  const std::string token(callback->token().reveal());
  auto verifier = std::move(*callback).take(oauth::Oauth1Token(token));
  if (!verifier) return;
  require(!verifier->reveal().empty() && is_plain(verifier->reveal()), "a verifier is one");
  auto other = oauth::Oauth1Callback::parse(query);
  require(!std::move(*other).take(oauth::Oauth1Token(token + "x")), "another flow gets nothing");
}

}  // namespace

void one_input(std::string_view bytes) {
  constexpr std::array kStatuses = {200, 400, 401, 302, 503, 204};
  Input input(bytes);
  const int status = kStatuses.at(input.byte() % kStatuses.size());
  const std::string_view challenge = input.line();
  const std::string_view body = input.rest();
  const auto temporary = oauth::read_temporary_credentials(answer(status, challenge, body));
  const auto tokens = oauth::read_token_credentials(answer(status, challenge, body));
  if (temporary) {
    require(status == 200 && tokens.has_value(), "temporary credentials need more than tokens do");
    check_credentials(*temporary);
  } else {
    check_failure(temporary.error());
  }
  if (tokens) {
    const auto read = oauth::credentials_from_text(tokens->access_token.reveal());
    require(read.has_value(), "the text that is sealed reads back");
    check_credentials(*read);
    require(!tokens->lifetime || *tokens->lifetime > Seconds{0}, "a lifetime is one");
  } else {
    check_failure(tokens.error());
  }
  check_callback(body);
}

}  // namespace strongroom::fuzz
