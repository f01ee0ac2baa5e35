#pragma once
// OAuth clients that came from a backup: what has to be known, or seen by somebody, before they are
// as any other.
//
// A quarantined client has a refresh token of which nobody knows whether it is the current one. At
// a provider that rotates them, one that was used up and is used again may revoke the living one,
// with all that came of it (RFC 9700 section 4.14.2). So nothing is refreshed; a living access
// token is served. The quarantine ends when somebody signs in anew or imports tokens, or says that
// the token is current.

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "crypto/sealer.h"
#include "storage/restore_rows.h"
#include "storage/store.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// Marks the client. Errors: as crypto::Sealer::mac() and of the store.
Status put_restore_mark(const crypto::Sealer& sealer, storage::Transaction& tx,
                        const Uuid& oauth_client, std::string_view mark, WallTime at);

// Errors: kCorrupt, the mark is not what was stored; as crypto::Sealer::mac().
Status check_mac(const crypto::Sealer& sealer, const storage::RestoreMarkRow& row);

// Errors: kNeedsConsent, problem "quarantined": nothing may be sent with its refresh token.
Status check_not_quarantined(storage::Snapshot& snapshot, OAuthClientId client);

// Which clients; one of the three.
struct QuarantineSelection {
  std::optional<OAuthClientId> client = {};
  std::optional<TargetSystemId> target_system = {};
  bool all = false;
};

// Safe to use from any thread; blocks.
class RestoredClients {
 public:
  explicit RestoredClients(Context& context) : context_(context) {}

  // Lets those be refreshed again that `actor` may configure, and says how many that were.
  // Errors: kPermissionDenied; kNotFound, there is no such client; kInvalidArgument, none of the
  // three was said; kUnavailable "audit_unavailable".
  Result<std::int64_t> lift_quarantine(const Actor& actor, const QuarantineSelection& which);

  // Somebody has seen that the client's box for Basic Engine Robots was ticked by a restore.
  // Errors: kPermissionDenied, kNotFound.
  Status review_basic_engine(const Actor& actor, OAuthClientId client);

  // How many are quarantined, of those that `actor` may see, and since when.
  struct Waiting {
    std::int64_t count = 0;
    std::optional<WallTime> since = {};
  };
  Result<Waiting> quarantined(const Actor& actor);

 private:
  Context& context_;
};

}  // namespace strongroom::vault
