#pragma once
// How `strongroom token` writes an access token: for programs that want more than its letters.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace strongroom::cli {

enum class TokenFormat {
  kBearer,       // the token and nothing else
  kHeader,       // "Authorization: Bearer …", for curl -H @-
  kXoauth2,      // what IMAP, POP and SMTP of Google and Microsoft take after AUTHENTICATE XOAUTH2
  kOauthbearer,  // the same by the standard, RFC 7628
};

std::optional<TokenFormat> token_format_from_text(std::string_view text);
std::vector<std::string> token_format_names();

// `user`: the mailbox, for the two that need one and unused for the others. The answer holds the
// token: who asked wipes it. Errors: kInvalidArgument, the user is missing or has a control
// character.
Result<std::string> format_token(std::string_view token, TokenFormat format, std::string_view user);

}  // namespace strongroom::cli
