#pragma once
// Notices which MACs a transaction puts into tables and takes out of them, whichever statement does
// it and also where rows go with others (ON DELETE CASCADE): no writer can forget to tell.

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/store.h"

namespace strongroom::storage {

class Connection;

// Tables whose rows have a MAC, in the order in which they came: further ones stand at the end,
// because what a database holds of them goes by their places. Sessions are among them although they
// come and go: they are written by sign-ins and once a minute, which is seldom beside the cost of a
// digest, and a session that was ended must not come back with its old row.
inline constexpr auto kMacTables = std::to_array<std::string_view>({"api_keys",
                                                                    "group_members",
                                                                    "group_roles",
                                                                    "issuer_metadata",
                                                                    "kills",
                                                                    "oauth_clients",
                                                                    "projects",
                                                                    "robot_access",
                                                                    "robot_keys",
                                                                    "robots",
                                                                    "roles",
                                                                    "sessions",
                                                                    "sign_on_accounts",
                                                                    "sign_on_providers",
                                                                    "target_systems",
                                                                    "user_groups",
                                                                    "users",
                                                                    "robot_inputs",
                                                                    "server_settings",
                                                                    "secrets",
                                                                    "secret_values",
                                                                    "secret_access",
                                                                    "restore_marks",
                                                                    "suspensions",
                                                                    "notification_targets",
                                                                    "calendar_feeds",
                                                                    "registrations",
                                                                    "provider_files"});
struct MacChange {
  std::size_t table = 0;  // of kMacTables
  std::string before;     // empty: the row is new
  std::string after;      // empty: the row is gone
};

// Called at the end of each transaction that changed a MAC, inside it; an error rolls it back.
using MacObserver = std::function<Status(Transaction&, std::span<const MacChange>)>;

// Triggers of one connection, which are nowhere in the file: whoever can write to it can neither
// remove them nor tell them of changes that there were not. Triggers that stand in the file are
// switched off, and a MAC that comes from anything but a value of the statement is refused.
class MacWatch {
 public:
  // `connection` must outlive the watch. Errors: as Connection::execute().
  static Result<std::unique_ptr<MacWatch>> install(Connection& connection);
  MacWatch(const MacWatch&) = delete;
  MacWatch& operator=(const MacWatch&) = delete;

  // Around each statement; a statement that failed changed nothing.
  void statement_begins(std::span<const Value> values);
  void statement_ended(bool done);

  // What was noticed since the last call.
  std::vector<MacChange> take();

 private:
  MacWatch() = default;
  struct Function;

  std::span<const Value> values_;
  std::vector<MacChange> changes_;
  std::size_t before_statement_ = 0;  // how many changes there were
};

// Calls `each` with the MAC of every row of kMacTables[table]; its error ends the walk.
Status for_each_mac(Snapshot& snapshot, std::size_t table,
                    UniqueFunction<Status(std::string_view mac)> each);

}  // namespace strongroom::storage
