#pragma once
// Rows of the tables that a restore writes: what it left to be reviewed, and its report.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"
#include "storage/token_rows.h"

namespace strongroom::storage {

// Something of an OAuth client that is to be reviewed: "quarantine", nothing is refreshed until it
// is known which refresh token is current; "basic_engine", its box was ticked by the restore.
struct RestoreMarkRow {
  Uuid oauth_client_id;
  std::string mark;
  WallTime at{};
  std::string mac;  // made and checked by vault
};

inline constexpr std::string_view kQuarantineMark = "quarantine";
inline constexpr std::string_view kBasicEngineMark = "basic_engine";

Result<std::optional<RestoreMarkRow>> find_restore_mark(Snapshot& snapshot, const Uuid& client,
                                                        std::string_view mark);
// All of one mark; of the clients of one target system, if one is given.
Result<std::vector<RestoreMarkRow>> restore_marks(Snapshot& snapshot, std::string_view mark,
                                                  const std::optional<Uuid>& target_system = {});
// In place of the one that there was.
Status put_restore_mark(Transaction& tx, const RestoreMarkRow& row);
// Whether it was there.
Result<bool> delete_restore_mark(Transaction& tx, const Uuid& client, std::string_view mark);

// Something that a restore could not confirm: it counts no more until somebody says that it does.
struct SuspensionRow {
  Uuid id;
  std::string kind;  // one of those in backup/rights.h
  Uuid subject_id;   // the row in the table of that kind
  std::string name;  // as it was called, for people
  Uuid project_id;   // nil: it belongs to none
  WallTime at{};
  std::string mac;  // made and checked by backup
};

Result<std::vector<SuspensionRow>> all_suspensions(Snapshot& snapshot);
Result<std::optional<SuspensionRow>> find_suspension(Snapshot& snapshot, const Uuid& id);
// Of one thing; nullopt: it is not suspended.
Result<std::optional<SuspensionRow>> find_suspension_of(Snapshot& snapshot, std::string_view kind,
                                                        const Uuid& subject);
Status insert_suspension(Transaction& tx, const SuspensionRow& row);
Status delete_suspension(Transaction& tx, const Uuid& id);
// Somebody took away for good what a restore suspended. Whether it was suspended.
Result<bool> delete_suspension_of(Transaction& tx, std::string_view kind, const Uuid& subject);

// The report of the last restore: a JSON object that backup makes; nullopt: there was none.
Result<std::optional<std::string>> find_restore_report(Snapshot& snapshot);
Status put_restore_report(Transaction& tx, std::string_view json);

// The oldest of the server's own data keys, as every version has them; nil: there is none.
Result<Uuid> first_server_key(Snapshot& snapshot);

// What does not outlive a restore: sign-ins that wait for somebody, and revocations that wait for a
// provider. Answers how many of them there were.
Result<std::int64_t> delete_all_authorizations(Transaction& tx);
Result<std::int64_t> delete_all_pending_revocations(Transaction& tx);

// The living clients that Basic Engine Robots take as input, without inputs that a restore has not
// revived.
Result<std::vector<Uuid>> clients_of_basic_engine_robots(Snapshot& snapshot);
Result<std::vector<Uuid>> clients_with_refresh_tokens(Snapshot& snapshot);

// All that retrievals write of a client: its token, and how the last one ended.
struct RetrievedRow {
  std::optional<TokenRow> token;
  std::string state;
  std::string failure_cause;
  std::optional<WallTime> failed_at;
  std::int64_t token_generation = 0;
  std::int64_t lease_epoch = 0;
};
Result<std::optional<RetrievedRow>> find_retrieved(Snapshot& snapshot, const Uuid& client);
// In place of what there was; a draft or disabled client stays what it is. No generation becomes
// smaller.
Status put_retrieved(Transaction& tx, const Uuid& client, const RetrievedRow& row);

// A key that was taken back counts again: the two columns that the MAC covers together.
Status restore_api_key(Transaction& tx, const Uuid& id, std::string_view mac);
Status restore_robot_key(Transaction& tx, const Uuid& id, std::string_view mac);

}  // namespace strongroom::storage
