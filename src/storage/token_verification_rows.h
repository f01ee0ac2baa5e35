#pragma once
// What came of trying a client's access token at its provider, and when it is tried next.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct TokenVerificationRow {
  Uuid oauth_client_id;
  std::optional<WallTime> tried_at = {};  // nullopt: not yet, and the next ones are empty
  std::string outcome = {};
  std::string way = {};
  std::string account = {};                    // whose it is, as the provider says
  std::optional<WallTime> token_ends_at = {};  // as the provider says
  std::string cause = {};                      // of a failure
  std::string renewal = {};
  std::optional<WallTime> due_at = {};  // nullopt: it is not tried again by itself
};

// Of one client, and how often its target system wants it; nullopt: there is no such client.
struct FoundVerification {
  TokenVerificationRow row;  // empty but for the client where it was never tried
  std::int64_t every_hours = 0;
};
Result<std::optional<FoundVerification>> find_token_verification(Snapshot& snapshot,
                                                                 const Uuid& oauth_client_id);
Status put_token_verification(Transaction& tx, const TokenVerificationRow& row);

// A client whose token is to be tried by itself.
struct VerificationPlan {
  Uuid oauth_client_id;
  Uuid project_id;
  std::int64_t every_hours = 0;  // 0: it is not to be tried, whatever was planned
};
// Living clients with a token whose target system wants it and that have no time yet, or one that
// is later than today's settings say. `limit` of them at most.
Result<std::vector<VerificationPlan>> unplanned_verifications(Snapshot& snapshot, WallTime now,
                                                              std::size_t limit);
// Those that are due at `until` or before, the earliest first, `limit` of them at most.
Result<std::vector<VerificationPlan>> verifications_due(Snapshot& snapshot, WallTime until,
                                                        std::size_t limit);
// When it is tried next, and nothing else; nullopt: not by itself.
Status put_verification_due(Transaction& tx, const Uuid& oauth_client_id,
                            std::optional<WallTime> due_at);

}  // namespace strongroom::storage
