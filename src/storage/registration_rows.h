#pragma once
// Rows of the table registrations: with which authorization server a target system registered by
// itself, at most one for each. They go with their target system.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct RegistrationRow {
  Uuid target_system_id;
  std::string kind = {};  // "dynamic", "document"
  std::string issuer = {};
  std::string client_id = {};
  std::string configuration_endpoint = {};              // empty: none
  std::int64_t generation = 1;                          // part of the place that is sealed in
  std::optional<std::string> sealed_access_token = {};  // for that endpoint
  std::string destination = {};                    // digest of the only place that it may go to
  std::optional<WallTime> secret_expires_at = {};  // nullopt: never
  WallTime created_at{};
  std::optional<WallTime> renewed_at = {};
  std::string failure = {};  // name of the cause; empty: the last renewal did not fail
  std::optional<WallTime> next_try_at = {};  // when it is renewed; nullopt: never
  std::string mac = {};                      // made and checked by vault
};

Result<std::optional<RegistrationRow>> find_registration(Snapshot& snapshot,
                                                         const Uuid& target_system_id);
// Writes it, whether it was there or not.
Status put_registration(Transaction& tx, const RegistrationRow& row);
Status remove_registration(Transaction& tx, const Uuid& target_system_id);
// Notes a renewal that failed, and when it is tried again; nullopt: not by itself.
Status note_renewal_failed(Transaction& tx, const Uuid& target_system_id, std::string_view failure,
                           std::optional<WallTime> next_try_at);
// None that is to be renewed is from now on, for the reason `failure`. Answers how many were.
Result<std::int64_t> stop_all_renewals(Transaction& tx, std::string_view failure);

// In the order of their target systems; of deleted ones too.
Result<std::vector<RegistrationRow>> all_registrations(Snapshot& snapshot);

// The living target systems whose registration is to be renewed at `now`, those first that wait
// longest.
Result<std::vector<Uuid>> registrations_due(Snapshot& snapshot, WallTime now, std::int64_t limit);

// Whether another target system than `but` has this id at this issuer.
Result<bool> is_registered_elsewhere(Snapshot& snapshot, std::string_view issuer,
                                     std::string_view client_id, const Uuid& but);

}  // namespace strongroom::storage
