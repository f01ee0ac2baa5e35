#include "vault/stored_credentials.h"

#include <algorithm>
#include <cstdint>

namespace strongroom::vault {

Status check_same_destination(const StoredCredentials& stored, const std::string& field) {
  if (stored.for_this_destination) return {};
  return Error{Code::kInvalidArgument,
               "What is stored was entered for another destination, and is not taken to this one. "
               "Enter it again, or have the destination approved first."}
      .at(field);
}

Result<storage::ConsumerSecretRow> keep_credential(const StoredCredentials& stored,
                                                   std::string_view kind, const Uuid& id,
                                                   std::size_t position, const std::string& field) {
  const auto found = std::ranges::find_if(
      stored.rows, [&](const auto& row) { return row.id == id && row.kind == kind; });
  if (found == stored.rows.end()) {
    return Error{Code::kInvalidArgument, "The target system has none with this id."}.at(field);
  }
  STRONGROOM_CHECK(check_same_destination(stored, field));
  storage::ConsumerSecretRow row = *found;
  row.position = static_cast<std::int64_t>(position);
  return row;
}

}  // namespace strongroom::vault
