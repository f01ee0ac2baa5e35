#include "oauth/oauth1_credentials.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "http/message.h"
#include "oauth/oauth1_form.h"
#include "oauth/oauth1_signature.h"

namespace strongroom::oauth {
namespace {

constexpr std::string_view kToken = "oauth_token=";
constexpr std::string_view kSecret = "&oauth_token_secret=";

Error damaged() { return Error{Code::kCorrupt, "Stored OAuth 1.0a credentials are damaged."}; }

}  // namespace

bool is_oauth1_text(std::string_view text, std::size_t max) {
  return !text.empty() && text.size() <= max &&
         std::ranges::all_of(text, [](char c) { return ' ' <= c && c <= '~'; });
}

Result<Oauth1Credentials> imported_credentials(std::string_view token, std::string_view secret) {
  token = without_blanks(token);
  secret = without_blanks(secret);
  if (!is_oauth1_text(token, kMaxOauth1Token)) {
    return Error{Code::kInvalidArgument,
                 "A token is 1 to 4,096 printable ASCII characters, on one line."}
        .at("/token");
  }
  if (!secret.empty() && !is_oauth1_text(secret, kMaxOauth1Token)) {
    return Error{Code::kInvalidArgument,
                 "A token secret is at most 4,096 printable ASCII characters, on one line."}
        .at("/token_secret");
  }
  return Oauth1Credentials{Oauth1Token(token), Oauth1TokenSecret(secret)};
}

AccessToken to_one_text(const Oauth1Credentials& credentials) {
  std::string token = oauth1_encode(credentials.token.reveal());
  std::string secret = oauth1_encode(credentials.secret.reveal());
  std::string text;
  text.reserve(kToken.size() + token.size() + kSecret.size() + secret.size());
  text.append(kToken).append(token).append(kSecret).append(secret);
  AccessToken one(text);
  for (std::string* part : {&token, &secret, &text}) wipe(*part);
  return one;
}

Result<Oauth1Credentials> credentials_from_text(std::string_view text) {
  const std::size_t middle = text.find(kSecret);
  if (!text.starts_with(kToken) || middle == std::string_view::npos) return damaged();
  std::string token;
  std::string secret;
  std::optional<Oauth1Credentials> found;
  if (http::percent_decode(text.substr(kToken.size(), middle - kToken.size()), false, token) &&
      http::percent_decode(text.substr(middle + kSecret.size()), false, secret) &&
      is_oauth1_text(token, kMaxOauth1Token) &&
      (secret.empty() || is_oauth1_text(secret, kMaxOauth1Token))) {
    found = Oauth1Credentials{Oauth1Token(token), Oauth1TokenSecret(secret)};
  }
  wipe(token);
  wipe(secret);
  if (!found) return damaged();
  // One pair has one text: what is written otherwise was not written here.
  const AccessToken again = to_one_text(*found);
  if (again.reveal() != text) return damaged();
  return *std::move(found);
}

}  // namespace strongroom::oauth
