#pragma once
// Accounts and failures of sign-ins as the REST API writes them.

#include <optional>

#include "api/json_writer.h"
#include "vault/types.h"

namespace strongroom::api {

void write_account(JsonWriter& json, LiteralText name,
                   const std::optional<vault::BoundAccount>& account);
void write_failure(JsonWriter& json, const std::optional<vault::OAuthClientFailure>& failure);

}  // namespace strongroom::api
