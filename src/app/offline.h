#pragma once
// What the server's host may do to the data while no server runs.

#include "app/commands.h"
#include "crypto/bearer_key.h"
#include "identity/api_keys.h"

namespace strongroom::app {

// Makes an API key directly in the data directory, whose lock it takes.
//
// Errors: kNotFound, there is no such directory; kConflict, a server holds it; and what opening the
// data can say.
Result<crypto::BearerKey> create_api_key_offline(const Config& config,
                                                 const Environment& environment,
                                                 const identity::ApiKeyRequest& request);

}  // namespace strongroom::app
