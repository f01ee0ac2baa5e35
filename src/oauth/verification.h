#pragma once
// A call with an access token that tells whether it works, where its provider has one: to an
// address of the provider's entry, and nowhere else.

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "base/result.h"
#include "catalogue/settings.h"
#include "oauth/raw_answer.h"
#include "oauth/token_request.h"
#include "oauth/tokens.h"

namespace strongroom::oauth {

// Empty: the entry has no address for it. Errors: kInvalidArgument as
// catalogue::expand_verification_endpoint; not an https URL.
Result<std::string> verification_endpoint_text(const catalogue::Provider& provider,
                                               const catalogue::Parameters& parameters,
                                               std::string_view tenant,
                                               bool allow_plain_http = false);

// The call with `token`, without where it may go: the caller adds that.
TokenRequest verification_request(const catalogue::VerificationRules& rules, std::string endpoint,
                                  const AccessToken& token);

struct TokenCall {
  bool works = false;        // otherwise the provider does not take it
  std::string account = {};  // whose it is, for people to read; empty: not said
};
using TokenCallResult = tl::expected<TokenCall, TokenFailure>;

// The longest account that is shown, in bytes.
inline constexpr std::size_t kMaxShownAccount = 200;
// The account as it may be shown; empty: it may not, being too long or having control characters.
std::string shown_account(std::string account);

// What the answer says: 2xx, with every member that the entry wants, that the token works; 401, or
// another member than those, that it is not taken; anything else neither. Of the answer nothing is
// kept but the account.
TokenCallResult read_verification(const RawResult& answer,
                                  const catalogue::VerificationRules& rules);

}  // namespace strongroom::oauth
