#pragma once
// Where the token stands in the request that takes it back, as the provider's entry says.

#include <string>
#include <string_view>

#include "base/result.h"
#include "oauth/grant_request.h"
#include "oauth/token_request.h"
#include "oauth/tokens.h"

namespace strongroom::oauth {

// A token that is taken back. Borrows both for the duration of one call.
struct TokenInRequest {
  std::string_view text;  // in plain
  std::string_view hint;  // "refresh_token", "access_token"
};

// `endpoint` with what only the request knows of its path, each as one segment: the client's id,
// and the token where its place is the path.
std::string fill_path(const catalogue::RevocationRules& rules, std::string_view endpoint,
                      std::string_view client_id, std::string_view token);

// The request, complete but for where it may go: its address is `endpoint`, which the caller has
// judged, with the token in it where it belongs there; its credential is that of `client`, whose
// proof is made out to `token_endpoint`. Limits are the caller's.
//
// Errors: as prove_who_it_is(); kInvalidArgument: with the token in it the address is none.
Result<TokenRequest> revocation_message(const GrantClient& client, const std::string& endpoint,
                                        std::string_view token_endpoint,
                                        const TokenInRequest& token);

}  // namespace strongroom::oauth
