#pragma once
// When a client's grant is over unless somebody does something: the tables client_ends and
// refresh_lifetimes. One row for each client for which people sign in and whose end is known, in
// the order of the ends, so that nobody has to walk all clients to know what is next.
//
// What changes a refresh token or a sign-in, drops a token or moves a client writes the row in the
// same transaction; a token that is stored comes with one of those. The rule itself is the view
// client_ends_now (state_schema.cc), and vault/mortality.h says the same of one client.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "storage/store.h"

namespace strongroom::storage {

// Of a service provider's entry: what ends its refresh tokens.
struct RefreshLifetimeRow {
  std::string service_provider;
  std::optional<Milliseconds> idle = {};
  std::optional<Milliseconds> absolute = {};
  bool stated_is_absolute = false;  // what an answer states is not moved by use
};

// In place of what was stored for that provider. Where that was another one, the ends of all its
// clients are found out again: once after an entry was changed. Answers whether it was.
Result<bool> put_refresh_lifetime(Transaction& tx, const RefreshLifetimeRow& row);

// When the client's refresh token will be used by itself the next time, ahead of its access token's
// end; nullopt: it will not, or nobody can say, since the last try failed.
Result<std::optional<WallTime>> renewed_ahead_at(Snapshot& snapshot, const Uuid& oauth_client_id);

// Finds out when the client's grant ends, after anything of it was changed.
Status note_client_end(Transaction& tx, const Uuid& oauth_client_id);
// The same for all clients of a target system.
Status note_client_ends_of(Transaction& tx, const Uuid& target_system_id);

inline constexpr std::string_view kNoRefreshTokenEnd = "no_refresh_token";
inline constexpr std::string_view kRefreshIdleEnd = "refresh_token_idle";
inline constexpr std::string_view kRefreshAbsoluteEnd = "refresh_token_absolute";

struct ClientEndRow {
  Uuid oauth_client_id;
  Uuid project_id;
  Uuid target_system_id;
  WallTime ends_at{};
  std::string cause;
  std::string label;
  std::string owner_name;
  std::string owner_email;
};

// Which of them: of clients that serve or wait for a token only, and that nobody deleted.
struct ClientEndRequest {
  WallTime until{};
  std::optional<std::vector<Uuid>> projects = {};  // nullopt: of all
  std::optional<std::string> owner = {};  // e-mail address in lower case; empty: without one
  std::int64_t most = 0;
};
// The soonest first, at most `most`.
Result<std::vector<ClientEndRow>> client_ends(Snapshot& snapshot, const ClientEndRequest& request);
// How many there are, counted no further than `most`.
Result<std::int64_t> count_client_ends(Snapshot& snapshot, const ClientEndRequest& request);

// Target systems that live and have a credential that is over at `until` or before; the soonest
// first, at most `most`.
Result<std::vector<Uuid>> systems_with_ending_credentials(Snapshot& snapshot, WallTime until,
                                                          std::int64_t most);
// How many clients of it serve or wait for a token, in these projects; counted no further than
// `most`.
Result<std::int64_t> count_clients_of_system(Snapshot& snapshot, const Uuid& target_system_id,
                                             const std::optional<std::vector<Uuid>>& projects,
                                             std::int64_t most);

// Who may read: a robot, or a pattern of paths.
struct ReaderRow {
  std::optional<Uuid> robot_id;
  Uuid project_id;
  std::string path;  // with the robot's name, or the pattern
  std::optional<WallTime> last_used_at;
};
// By valid rules of access; who used theirs last comes first, at most `most`.
Result<std::vector<ReaderRow>> readers_of_client(Snapshot& snapshot, const Uuid& oauth_client_id,
                                                 std::int64_t most);
Result<std::vector<ReaderRow>> readers_of_system(Snapshot& snapshot, const Uuid& target_system_id,
                                                 std::int64_t most);

}  // namespace strongroom::storage
