#pragma once
// What a target system has already, for a change that keeps a part of it.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "storage/target_system_rows.h"

namespace strongroom::vault {

struct StoredCredentials {
  std::vector<storage::ConsumerSecretRow> rows;
  // Whether they were entered for the destination that the target system has with the change. If
  // not, none of them may be taken along: nobody has approved that (invariant 5).
  bool for_this_destination = false;
};

// The stored credential of `kind` with this id, to be stored anew at `position`, sealed as it is.
// Errors: kInvalidArgument at `field`: there is none, or it is for another destination.
Result<storage::ConsumerSecretRow> keep_credential(const StoredCredentials& stored,
                                                   std::string_view kind, const Uuid& id,
                                                   std::size_t position, const std::string& field);

// Errors: kInvalidArgument at `field`: what is stored is for another destination.
Status check_same_destination(const StoredCredentials& stored, const std::string& field);

}  // namespace strongroom::vault
