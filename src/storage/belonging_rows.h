#pragma once
// What belongs to a person, by e-mail address or id. Living things only.
//
// Errors of all: as Snapshot::query().

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct BelongingRow {
  Uuid id;
  std::optional<Uuid> project_id;
  std::string name;  // or a client's label
};
using BelongingRows = std::vector<BelongingRow>;

// `email` in small letters; letters beyond ASCII are compared as they are.
Result<BelongingRows> target_systems_owned_by(Snapshot& snapshot, std::string_view email);
Result<BelongingRows> oauth_clients_owned_by(Snapshot& snapshot, std::string_view email);
Result<BelongingRows> secrets_owned_by(Snapshot& snapshot, std::string_view email);
// Clients whose bound account is called so at the provider.
Result<BelongingRows> oauth_clients_signed_in_as(Snapshot& snapshot, std::string_view email);
// Clients for which this user asked for a sign-in that somebody completed, as long as that is kept.
Result<BelongingRows> oauth_clients_authorized_by(Snapshot& snapshot, const Uuid& user);

}  // namespace strongroom::storage
