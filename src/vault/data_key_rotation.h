#pragma once
// Data keys take each other's place: everything that a project's key sealed is sealed anew with a
// new one, while the server serves; then the old key is destroyed.
//
// It starts with the new key: from that commit on, nothing is sealed with the old one. The rest is
// done in small transactions, each value by compare-and-swap, so that whoever writes meanwhile
// wins. Where it is stands in the rows themselves: a value names its key. So a killed process goes
// on where it was. The old key goes only when nothing is left that was sealed with it, in any
// column or in the journal.

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/data_key_rows.h"
#include "storage/sealed_value_rows.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

class SecretIndex;

struct DataKeyState {
  crypto::KeyId id;
  std::optional<ProjectId> project = {};  // nullopt: the server's
  std::string project_name = {};
  WallTime created_at{};
  std::int64_t seals_reserved = 0;
  bool is_current = true;        // seals; another one only opens what is not sealed anew yet
  std::int64_t values_left = 0;  // of such another one
};

struct DataKeyRotationState {
  std::optional<ProjectId> project = {};  // nullopt: the server's
  WallTime started_at{};
  std::int64_t done = 0;
  std::int64_t total = 0;
  bool is_stuck = false;  // values do not open, so the old key is kept; the log names them
};

// Safe to use from any thread. Its calls block on the disk: worker threads only.
class DataKeyRotations {
 public:
  // Sealed values under MACs, which are made anew by those who know them.
  struct Beside {
    // Seals anew what was sealed with that key.
    std::function<Status(const crypto::KeyId&)> reseal;
    // What is left; empty: it is in storage::sealed_columns(), and counted there.
    std::function<Result<std::int64_t>(storage::Snapshot&, const crypto::KeyId&)> count;
  };

  // `context` must outlive this, and `secrets`, which follows; nullptr: nobody looks any up here.
  DataKeyRotations(Context& context, std::vector<Beside> beside, SecretIndex* secrets = nullptr)
      : context_(context), beside_(std::move(beside)), secrets_(secrets) {}

  // Makes a new key for a project, or, with nullopt, for the server; go_on() does the rest.
  //
  // Errors: kConflict, a rotation of that key is under way; kInvalidArgument at "/project", there
  // is no such project; kPermissionDenied without Permission::kManageServer everywhere.
  Status start(const Actor& actor, std::optional<ProjectId> project);
  // Of every project and the server, but for those under way. Errors: as start().
  Status start_all(const Actor& actor);

  // Does some of what is to be done, for about `budget`, and finishes what has been done. For a job
  // at intervals. Errors: of the database; the next call tries again.
  Status go_on(Milliseconds budget);

  // Errors: kPermissionDenied without Permission::kManageServer everywhere.
  Result<std::vector<DataKeyState>> keys(const Actor& actor);
  Result<std::vector<DataKeyRotationState>> under_way(const Actor& actor);

 private:
  // Where a walk over everything that an old key sealed is.
  struct Walk {
    std::size_t column = 0;
    storage::SealedCursor behind = {};
    bool found = false;      // something, since it began
    bool is_stuck = false;   // something that does not open
    bool was_stuck = false;  // the walk before was
    BootTime not_before{};   // begins anew then
  };

  Status begin(const Actor& actor, const crypto::KeyScope& scope);
  Status replace(const storage::KeyRotationRow& rotation, BootTime until);
  Status walk(const storage::DataKeyRow& old, BootTime until);
  Status reseal_some(const storage::SealedColumn& column, const storage::DataKeyRow& old,
                     Walk& walk);
  Status store(const storage::SealedColumn& column,
               const std::vector<storage::SealedValueRow>& before,
               const std::vector<std::string>& after);
  Status destroy(const storage::DataKeyRow& old);
  Result<std::int64_t> count(storage::Snapshot& snapshot, const crypto::KeyId& id);
  Result<std::vector<storage::DataKeyRow>> old_keys(const crypto::KeyScope& scope);
  bool is_settled(const crypto::KeyScope& scope);

  Context& context_;
  const std::vector<Beside> beside_;
  SecretIndex* const secrets_;
  std::mutex working_;  // one go_on() at a time
  std::mutex mutex_;
  std::map<Uuid, Walk> walks_;        // by old key; under mutex_
  std::map<Uuid, BootTime> started_;  // by scope, in this process; under mutex_
};

}  // namespace strongroom::vault
