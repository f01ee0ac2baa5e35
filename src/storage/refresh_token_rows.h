#pragma once
// Rows of the table refresh_tokens, at most one for each OAuth client.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct RefreshTokenRow {
  Uuid oauth_client_id;
  std::string sealed_token;
  std::int64_t generation = 1;         // the client's lease epoch under which it was stored
  std::string destination;             // digest of the destination that it is sealed for
  std::string scope;                   // what was granted with it
  WallTime issued_at{};                // when the provider answered with it
  std::optional<WallTime> expires_at;  // nullopt: nobody said
  std::optional<bool> rotates;         // nullopt: not known yet
  // Requests with it whose answer never came: the provider may have taken it for another one.
  std::int64_t lost_answers = 0;
  std::optional<WallTime> lost_at = {};  // when the first of those was sent
};

Result<std::optional<RefreshTokenRow>> find_refresh_token(Snapshot& snapshot,
                                                          const Uuid& oauth_client_id);
// Writes it in place of the one that there was.
Status put_refresh_token(Transaction& tx, const RefreshTokenRow& row);
Status delete_refresh_token(Transaction& tx, const Uuid& oauth_client_id);

// These do something only while it is the one with `generation`, and answer whether it is.
//
// The provider goes on with it: nothing is in doubt any more. A given expiry takes the place of the
// one before.
Result<bool> note_refresh_token_kept(Transaction& tx, const Uuid& oauth_client_id,
                                     std::int64_t generation, std::optional<WallTime> expires_at);
// One more request with it, sent at `sent_at`, has lost its answer.
Result<bool> note_refresh_answer_lost(Transaction& tx, const Uuid& oauth_client_id,
                                      std::int64_t generation, WallTime sent_at);
// The provider takes it no more.
Result<bool> delete_refresh_token(Transaction& tx, const Uuid& oauth_client_id,
                                  std::int64_t generation);
// Sealed anew for another destination, as the same one.
Result<bool> reseal_refresh_token(Transaction& tx, const RefreshTokenRow& row);
// Whether a client of the target system has one that is sealed for another destination.
Result<bool> has_refresh_token_for_other_destination(Snapshot& snapshot,
                                                     const Uuid& target_system_id,
                                                     std::string_view destination);
// Those of a target system's clients, deleted ones included.
Result<std::vector<RefreshTokenRow>> refresh_tokens_of_target_system(Snapshot& snapshot,
                                                                     const Uuid& target_system_id);

}  // namespace strongroom::storage
