#pragma once
// Whose tokens a refresh brought.

#include "base/result.h"
#include "oauth/failure_causes.h"
#include "oauth/token_response.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// Whether the ID token that came with a refresh, if one came, is of the account for which the
// client is authorized (OpenID Connect Core section 12.2, A-122). What cannot be told counts as
// right, because a provider may as well send no ID token: no account is known, or its issuer's keys
// cannot be read now; the log says so. Blocks as IssuerKeys::find().
//
// Errors: kInvalidArgument, "id_token": it is of somebody else, or not to be believed, with the
// claim in the detail; as crypto::verify_jws.
Status check_refreshed_account(Context& context, OAuthClientId client,
                               const oauth::TokenSet& tokens);

// What a refresh ended with that check_refreshed_account() refused: kRefreshedAnother, it is of
// somebody else, so that nothing that came is ever used; or kMalformedAnswer, which may pass.
oauth::FailureCause cause_of_refusal(const Error& why);

}  // namespace strongroom::vault
