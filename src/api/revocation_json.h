#pragma once
// What is known of a client's last revocation, as JSON.

#include <optional>

#include "api/json_writer.h"
#include "vault/types.h"

namespace strongroom::api {

// The member "revocation"; null where there was none.
void write_revocation(JsonWriter& json, const std::optional<vault::Revocation>& revocation);

}  // namespace strongroom::api
