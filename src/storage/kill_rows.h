#pragma once
// Rows of the table kills: what somebody stopped. Errors of all: as Snapshot::query() and
// Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct KillRow {
  Uuid id;
  std::string scope;
  std::optional<Uuid> subject_id;  // either this
  std::string service_provider;    // or this
  std::optional<Uuid> project_id;
  std::string name;
  std::string reason;
  std::string revocation;
  Uuid killed_by;
  WallTime killed_at{};
  std::string mac;  // made and checked by vault
};

Result<std::vector<KillRow>> all_kills(Snapshot& snapshot);
Result<bool> has_kill(Snapshot& snapshot, const Uuid& id);
Status insert_kill(Transaction& tx, const KillRow& row);
Status set_kill_revocation(Transaction& tx, const Uuid& id, std::string_view revocation);
Status delete_kill(Transaction& tx, const Uuid& id);

// Which clients. One of the first four is there.
struct ClientsBelow {
  std::optional<Uuid> oauth_client = {};
  std::optional<Uuid> target_system = {};
  std::optional<Uuid> project = {};
  std::string service_provider = {};
};
// Those of them that have a token of any kind, deleted or not, by id: the first `limit` behind
// `after`.
Result<std::vector<Uuid>> clients_with_tokens(Snapshot& snapshot, const ClientsBelow& below,
                                              const Uuid& after, std::int64_t limit);

}  // namespace strongroom::storage
