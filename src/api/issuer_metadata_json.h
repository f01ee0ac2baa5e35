#pragma once
// What a target system shows of its issuer.

#include "api/json_writer.h"
#include "vault/types.h"

namespace strongroom::api {

// "issuer", "metadata_read_at", "metadata_failure" and "pending_metadata".
void write_issuer(JsonWriter& json, const vault::TargetSystem& system);

}  // namespace strongroom::api
