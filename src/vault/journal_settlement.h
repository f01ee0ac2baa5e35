#pragma once
// Settles what is left in the journal: by a crash, or because nothing could be stored.
//
// An answer is stored as if it had come now, where nobody stored something else meanwhile. Where
// there is none, nobody knows whether the provider took the refresh token that was sent for another
// one: it is in doubt from then on.

#include <functional>
#include <optional>

#include "base/result.h"
#include "oauth/raw_answer.h"
#include "vault/context.h"
#include "vault/journal.h"

namespace strongroom::vault {

// Safe to use from any thread; blocks: workers only, and the start.
class JournalSettlement {
 public:
  // For an intent of GrantKind::kCode: what came of it, or nullopt: the answer is lost, and with it
  // the code, which works once. An error leaves it in the journal for the next time.
  using SettleCode =
      std::function<Status(const JournalIntent& intent, std::optional<oauth::TokenAnswer> answer)>;

  // `process` owns the leases, as in Retrievals. Without `settle_code` such intents are dropped,
  // with a line in the log.
  JournalSettlement(Context& context, Uuid process, SettleCode settle_code = {});

  // Everything that is left; before anybody is served. What cannot be settled now stays, with a
  // line in the log.
  void settle_all();
  // What is left of the refreshes of one client, before it is refreshed again. Errors: one of them
  // could not be settled, so that nothing may be sent.
  Status settle(OAuthClientId client);

 private:
  Status settle(const JournalIntent& intent);
  Status settle_refresh(const JournalIntent& intent, std::optional<oauth::TokenAnswer> answer);
  Status note_lost(const JournalIntent& intent);
  Status store_answer(const JournalIntent& intent, oauth::TokenSet tokens);
  Status store_end(const JournalIntent& intent, oauth::TokenFailure failure);

  Context& context_;
  const Uuid process_;
  const SettleCode settle_code_;
};

}  // namespace strongroom::vault
