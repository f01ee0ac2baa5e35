#pragma once
// Rows of the table calendar_feeds: who has an address at which a calendar program reads expiries.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <optional>
#include <string>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct CalendarFeedRow {
  Uuid user_id;
  std::string token_hash;  // SHA-256 of the secret in the address
  WallTime created_at{};
  std::string mac;  // over all of the above: made and checked by identity
};

// By user.
Result<std::vector<CalendarFeedRow>> all_calendar_feeds(Snapshot& snapshot);
Result<std::optional<CalendarFeedRow>> find_calendar_feed(Snapshot& snapshot, const Uuid& user);
// In the place of the one that the user has, if there is one.
Status put_calendar_feed(Transaction& tx, const CalendarFeedRow& row);
// False: there was none.
Result<bool> delete_calendar_feed(Transaction& tx, const Uuid& user);

}  // namespace strongroom::storage
