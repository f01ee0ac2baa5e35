#pragma once
// Rows of the tables authorizations and sign_in_flows.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct AuthorizationRow {
  Uuid id;
  Uuid oauth_client_id;
  Uuid asker_id;
  std::string ticket_hash;  // SHA-256
  std::string state;
  std::string sealed_details;
  std::optional<std::string> sealed_answer;
  std::int64_t generation = 1;
  std::string failure_cause;  // empty: it did not fail
  WallTime created_at{};
  WallTime updated_at{};
  WallTime expires_at{};
};

struct SignInFlowRow {
  std::string state_hash;  // SHA-256
  Uuid authorization_id;
  std::string sealed_flow;
  std::int64_t attempts = 0;
  WallTime expires_at{};
};

Result<std::optional<AuthorizationRow>> find_authorization(Snapshot& snapshot, const Uuid& id);
Result<std::optional<AuthorizationRow>> find_authorization_by_ticket(Snapshot& snapshot,
                                                                     std::string_view ticket_hash);
Status insert_authorization(Transaction& tx, const AuthorizationRow& row);
// Writes all but who asks for which client, and when, if it still is in `state_before`. False:
// somebody else moved it on.
Result<bool> update_authorization(Transaction& tx, const AuthorizationRow& row,
                                  std::string_view state_before);
// The others of a client that wait for somebody: a new one takes their place.
Result<std::vector<Uuid>> open_authorizations_of_client(Snapshot& snapshot,
                                                        const Uuid& oauth_client_id);
// Cancels these, and ends their flows: a link that nobody needs any more must not work.
Status cancel_open_authorizations(Transaction& tx, const Uuid& oauth_client_id, WallTime now);
// Cancels those of a client with which somebody has begun, also where the code is being traded in,
// and ends their flows: what comes of them is of settings that do not count any more. A link that
// nobody used yet knows none.
Status cancel_begun_authorizations(Transaction& tx, const Uuid& oauth_client_id, WallTime now);
// Destroys all of a client, with their flows.
Status delete_authorizations_of_client(Transaction& tx, const Uuid& oauth_client_id);
// Those in this state.
Result<std::vector<Uuid>> authorizations_in_state(Snapshot& snapshot, std::string_view state);
// Destroys those that expired at `moment` or before, with their flows.
Status delete_authorizations_until(Transaction& tx, WallTime moment);

Status insert_sign_in_flow(Transaction& tx, const SignInFlowRow& row);
// Takes the flow out of the table: each is used once, whatever becomes of it.
Result<std::optional<SignInFlowRow>> take_sign_in_flow(Transaction& tx,
                                                       std::string_view state_hash);
Result<std::optional<SignInFlowRow>> find_flow_of_authorization(Snapshot& snapshot,
                                                                const Uuid& authorization_id);
// Puts another sealed text over that of the flow, if it is still there.
Status update_sealed_flow(Transaction& tx, const Uuid& authorization_id, std::string_view sealed);
Status count_attempt(Transaction& tx, const Uuid& authorization_id);
Status delete_flows_of_authorization(Transaction& tx, const Uuid& authorization_id);
Status delete_sign_in_flows_until(Transaction& tx, WallTime moment);

}  // namespace strongroom::storage
