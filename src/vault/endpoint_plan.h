#pragma once
// What a target system is tried out with.

#include <string>
#include <vector>

#include "base/result.h"
#include "oauth/token_client.h"
#include "oauth/token_request.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// What can be sent to a target system's token endpoint to find out whether it works.
struct EndpointPlan {
  TargetSystem system;
  // As in TokenRequests; where `has_secret` is false one request that asks for no token; none where
  // the settings make no address.
  std::vector<oauth::TokenRequest> requests;
  std::string issuer;  // empty: none has to be read
  std::vector<oauth::TokenRequest> issuer_requests;
  bool has_secret = false;
  oauth::ProvedKey key = nullptr;    // that a whole request proves, and nobody keeps
  LiteralText what_is_missing = "";  // for a whole request, in plain words
};

// Reads the target system and its secrets. Blocks. A tenant is its own default.
//
// Errors: kNotFound, kCorrupt.
Result<EndpointPlan> plan_endpoint_check(Context& context, TargetSystemId id);

}  // namespace strongroom::vault
