#pragma once
// When the tokens of OAuth clients are to be renewed ahead of their end: the columns refresh_due_at
// of oauth_clients and resource_tokens. They are written together with tokens, failures and states
// (storage/token_rows.h); here they are read in order, and put right.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

// Of whose tokens none are wanted now, because enough of them are under way.
struct BusyRefreshes {
  std::vector<Uuid> target_systems = {};
  std::vector<Uuid> projects = {};
};

// One token of a client, or the place of one that is not there, and what decides whether it may be
// renewed ahead.
struct RefreshDueRow {
  Uuid oauth_client_id;
  Uuid target_system_id;
  Uuid project_id;
  std::string resource;                  // "": the client's own token
  std::int64_t generation = 0;           // of the token that is there, or was
  std::optional<WallTime> due_at;        // nullopt: it is not to be renewed ahead
  std::optional<WallTime> last_used_at;  // by a robot, a minute more or less; nullopt: never
  bool has_refresh_token = false;
  std::optional<WallTime> refresh_ends_at;  // of that, as an answer stated it
  bool is_quarantined = false;  // by a restore: which refresh token is current is not known
};

// Those of living clients that are due at `until` or before, the earliest first, `limit` of them at
// most. Of target systems and projects among `busy` none.
Result<std::vector<RefreshDueRow>> refreshes_due(Snapshot& snapshot, WallTime until,
                                                 const BusyRefreshes& busy, std::size_t limit);

// The earliest moment after `now` at which one is due; nullopt: none ever is.
Result<std::optional<WallTime>> next_refresh_due(Snapshot& snapshot, WallTime now);
// How many are due at `until` or before.
Result<std::int64_t> count_refreshes_due(Snapshot& snapshot, WallTime until);

// Every token, due or not, of the living clients that come after `client` by id, `clients` of them
// at most: for a walk through all of them. A client's own token comes first, also where there is
// none. Empty: there is no such client.
Result<std::vector<RefreshDueRow>> refreshes_after(Snapshot& snapshot, const Uuid& client,
                                                   std::size_t clients);

// Moves the time to `due_at`; nullopt: it is not to be renewed ahead. Only where the token is still
// that of `generation` and the time still `before`: somebody else knows better otherwise.
Status move_refresh_due(Transaction& tx, const RefreshDueRow& before,
                        std::optional<WallTime> due_at);
// Moves it to `due_at` whatever it was, after a failure; not where the token is another one by now,
// or is not to be renewed ahead any more.
Status put_off_refresh(Transaction& tx, const RefreshDueRow& which, WallTime due_at);

// The refresh token of a client without an access token is to be used at `due_at`.
Status keep_refresh_token_alive(Transaction& tx, const Uuid& oauth_client_id, WallTime due_at);
// The refresh tokens of the target system's clients that have no access token: used at `due_at` at
// the latest.
Status keep_refresh_tokens_alive_of(Transaction& tx, const Uuid& target_system_id, WallTime due_at);

// Has everything of the client looked at again, from `at` on: whether it may be renewed ahead was
// answered with no before.
Status look_at_refreshes_again(Transaction& tx, const Uuid& oauth_client_id, WallTime at);
// The same for all clients of a target system that are active or failing, where the answer was no,
// or a time after `later_than`, if that is given.
Status look_at_refreshes_of_target_system_again(Transaction& tx, const Uuid& target_system_id,
                                                WallTime at, std::optional<WallTime> later_than);

}  // namespace strongroom::storage
