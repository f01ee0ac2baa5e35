#pragma once
// Whose token is exchanged (RFC 8693): the access token of one OAuth client of the same project,
// which whoever configures the client has chosen. No robot brings one or names one.
//
// What was got in exchange is of the subject's grant, and of no other: it ends no later
// than the token that it was got for, and when the subject's tokens are withdrawn, or somebody
// signs in anew for it, it is dropped in the same transaction.

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "oauth/failure_causes.h"
#include "oauth/token_response.h"
#include "oauth/tokens.h"
#include "storage/oauth_client_rows.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// The grant that a token is exchanged for, and until when the token lives that was sent.
struct SubjectGrant {
  Uuid client;                              // whose
  std::string digest;                       // as subject_digest()
  std::optional<WallTime> expires_at = {};  // nullopt: nobody knows
  std::string label = {};                   // of the client, for the trail
  std::string fingerprint = {};             // of the token that is sent
};

struct SubjectToken {
  oauth::AccessToken token;
  SubjectGrant grant;
};

// Digest of whose grant a client's tokens are: the client, where it asks, and who signed in when. A
// refresh does not change it.
std::string subject_digest(const storage::OAuthClientRow& subject);

// What is to be done for the token of `client`'s subject, by what the index knows.
struct SubjectChoice {
  enum class What : std::uint8_t { kUse, kRetrieve, kFail };
  What what = What::kFail;
  OAuthClientId subject;
  oauth::FailureCause why = oauth::FailureCause::kSubjectFailed;  // of kFail
};
SubjectChoice choose_subject_token(const Context& context, OAuthClientId client);
// Whether the subject's token, of which a later one could not be had, may be exchanged all the
// same.
bool may_still_exchange(const Context& context, OAuthClientId subject);

// Opens the token that `client` exchanges. Blocks.
//
// Errors: kConflict "no_subject_client", "subject_unusable": the subject is gone, disabled, a draft
// or of another project, or itself lives on exchanges; "no_subject_token": there is none that
// lives; "subject_bound"; as stopped_by_a_kill(); kCorrupt.
Result<SubjectToken> open_subject_token(Context& context, const storage::OAuthClientRow& client);

// The answer's token ends no later than the one that was exchanged for it.
void end_with_subject(const SubjectGrant& subject, oauth::TokenSet& tokens);

// In the transaction that stores a token of `client`: that it is still of that grant, and a note of
// it. Errors: kUnavailable, the subject is another one by now; as of the store.
Status note_subject(Context& context, storage::Transaction& tx, OAuthClientId client,
                    const SubjectGrant& subject);

// Whether the token of `client` was got for what its subject is now; also where it exchanges none.
Result<bool> is_of_its_subject(Context& context, storage::Snapshot& snapshot,
                               const storage::OAuthClientRow& client);

// All that was got in exchange for tokens of `subject` goes, from the store and from the index,
// and what is on its way comes too late. In the transaction that takes its tokens or its grant.
Status drop_exchanged(Context& context, storage::Transaction& tx, const Uuid& subject);

// Whether a client may exchange the token of `subject`. `client` is as it is to be. Errors:
// kInvalidArgument at "/subject_client".
Status check_subject_client(Context& context, storage::Snapshot& snapshot,
                            const storage::OAuthClientRow& client, const Uuid& subject);
// Errors: kConflict "has_exchanging_clients", while others exchange its token.
Status check_nobody_exchanges(storage::Snapshot& snapshot, const Uuid& client);

}  // namespace strongroom::vault
