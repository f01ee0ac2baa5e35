#pragma once
// What is remembered of the rows of consumer_secrets besides their values: which one the provider
// took, and when each of them is over. Whatever their kind is. When they are over is asked together
// with the secrets that robots look up, whose kind here is "robot_secret".
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

// Notes that the provider took this credential at `at`. False: it is not there any more.
Result<bool> note_credential_accepted(Transaction& tx, const Uuid& id, WallTime at);

// Deletes the credentials of this kind that stand behind `position`. Answers how many.
Result<std::int64_t> delete_credentials_behind(Transaction& tx, const Uuid& target_system_id,
                                               std::string_view kind, std::int64_t position);

// Whose credential this is; nullopt: it is not there.
Result<std::optional<Uuid>> target_system_of_credential(Snapshot& snapshot, const Uuid& id);

struct CredentialExpiry {
  Uuid target_system_id;
  std::string kind;
  WallTime expires_on{};  // the earliest of its kind there
};
// The soonest first, at most `most`; of target systems that live, in projects that do.
Result<std::vector<CredentialExpiry>> soonest_expiries(Snapshot& snapshot, std::int64_t most);

// How many credentials of such target systems are over at `moment`.
Result<std::int64_t> count_credentials_expired_at(Snapshot& snapshot, WallTime moment);

}  // namespace strongroom::storage
