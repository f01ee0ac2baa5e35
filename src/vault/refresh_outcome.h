#pragma once
// What comes of a refresh, written down: new tokens, another failure, or the end of the grant. For
// whoever sent the request, and for the journal's settlement, which reads an old answer.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "audit/event.h"
#include "base/result.h"
#include "oauth/token_response.h"
#include "storage/refresh_token_rows.h"
#include "vault/context.h"
#include "vault/granted_tokens.h"
#include "vault/token_request_builder.h"

namespace strongroom::vault {

// One refresh. Borrows everything for the duration of one call.
struct RefreshRecord {
  const GrantLease& lease;
  const storage::RefreshTokenRow& row;  // of the refresh token that was sent
  WallTime sent_at;
  audit::Event event;  // of its end: actor, subject and time; the rest is filled in
  // What else is written in the same transaction, where the lease is still ours.
  std::function<Status(storage::Transaction&)> also = {};
};

// Whether a request with this refresh token may be sent at `now`: while an answer is in doubt, once
// within the provider's window, and then only when no access token can serve any more, so that
// nothing is left to lose.
//
// Errors:
//   kUnavailable   "refresh_in_doubt": not now; a living access token is served meanwhile
//   kNeedsConsent  never again: at this provider a reuse endangers more than this grant
Status check_doubt(const UsedRefreshToken& used, WallTime now);

// True: the provider may have used the refresh token up, and what it answered is not known.
bool is_answer_lost(const oauth::TokenFailure& failure);

// The tokens that came, stored. `sent`: the refresh token's text; `destination`: where it went.
// Errors: as seal_refreshed(); kUnavailable, "overloaded": somebody took the lease away, and knows
// better. True in `is_settled`: nothing of the answer is left to be stored.
Result<std::shared_ptr<const TokenEntry>> store_refreshed(Context& context,
                                                          const RefreshRecord& record,
                                                          const std::string& destination,
                                                          const oauth::RefreshToken& sent,
                                                          oauth::TokenSet tokens, bool& is_settled);

// The access token is not to be given to anybody (check_refreshed_account()), and those before it
// go on living; the refresh token that came is kept, because the provider may know no other any
// more. Errors: as seal_refreshed(). True in `is_settled`: as above.
Status store_refused(Context& context, const RefreshRecord& record, const std::string& destination,
                     const oauth::RefreshToken& sent, oauth::TokenSet tokens, bool& is_settled);

// There are none. A `lost` answer is counted with the refresh token.
Status store_refresh_failure(Context& context, const RefreshRecord& record,
                             const oauth::CauseFacts& facts, bool lost);

// The provider takes the refresh token no more: it is destroyed, and the client needs somebody to
// sign in. False: somebody has stored another one meanwhile, and that one counts.
Result<bool> end_grant(Context& context, const RefreshRecord& record,
                       const oauth::CauseFacts& facts);

// There is no refresh token. Answers what those who wait are told.
Error note_no_refresh_token(Context& context, const GrantLease& lease);

}  // namespace strongroom::vault
