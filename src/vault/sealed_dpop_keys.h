#pragma once
// The keys that clients' tokens are bound to, sealed and in memory, for who may touch no database.

#include <memory>
#include <unordered_map>

#include "base/guarded.h"
#include "base/result.h"
#include "oauth/token_client.h"
#include "storage/dpop_key_rows.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

using SealedDpopKey = std::shared_ptr<const storage::DpopKeyRow>;

// Safe to use from any thread. What is kept is as sealed as it is stored; a key is open only while
// something is signed with it.
class SealedDpopKeys {
 public:
  explicit SealedDpopKeys(Context& context) : context_(context) {}

  // One that opens; nullptr: none is known, or it was sealed anew since. Never blocks.
  SealedDpopKey find(OAuthClientId client, ProjectId project);
  // Reads it, and knows it from then on. Blocks. Errors: kNotFound, the client has none; kCorrupt.
  Result<SealedDpopKey> read(OAuthClientId client, ProjectId project);

 private:
  Context& context_;
  Guarded<std::unordered_map<OAuthClientId, SealedDpopKey, UuidHash>> known_;
};

}  // namespace strongroom::vault
