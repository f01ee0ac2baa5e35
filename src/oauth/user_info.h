#pragma once
// What an OpenID provider says of who signed in where its ID token leaves that out: OpenID Connect
// Core section 5.3.

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/client.h"
#include "oauth/token_failure.h"
#include "oauth/token_request.h"
#include "oauth/tokens.h"

namespace strongroom::oauth {

using UserInfoText = Secret<struct UserInfoKind>;  // a JSON object of claims, about a person
using UserInfoResult = tl::expected<UserInfoText, TokenFailure>;

// The request for what there is about who `token` is of, without where it may go: the caller adds
// that (restrict_destination).
TokenRequest user_info_request(std::string endpoint, const AccessToken& token);

// `claims` of an ID token, completed with those of `info` that are not among them: what was signed
// comes first. Errors: kInvalidArgument, the detail says why: no JSON object, more than a token may
// hold, or about somebody else: `subject`, which the ID token named, is not its "sub" letter by
// letter (section 5.3.2).
Result<std::string> with_user_info(std::string_view claims, const UserInfoText& info,
                                   std::string_view subject);

// Safe to use from any thread.
class UserInfoClient {
 public:
  // `client` must outlive every request.
  explicit UserInfoClient(http::Client& client) : client_(client) {}

  // Sends `request` and waits, up to ten seconds: for a worker thread, never on an event loop. An
  // answer that is signed or encrypted (application/jwt) is none.
  UserInfoResult read_and_wait(TokenRequest request);

 private:
  http::Client& client_;
};

}  // namespace strongroom::oauth
