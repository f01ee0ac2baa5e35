#pragma once
// Makes token requests from what is stored: of one OAuth client, or to try a target system out.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "oauth/token_client.h"
#include "oauth/token_request.h"
#include "vault/context.h"
#include "vault/credential_use.h"
#include "vault/retrieval_pauses.h"
#include "vault/token_key.h"
#include "vault/types.h"

namespace strongroom::vault {

// Requests that may be sent for a token of a client, in the order in which to try them: one for
// each stored consumer secret, key or certificate that can be used now, because while one is
// replaced nobody knows which of two the provider takes.
struct TokenRequests {
  ProjectId project;
  SettingsRevision settings;
  std::int64_t token_generation = 0;  // of the token that is there now
  std::vector<oauth::TokenRequest> requests;
  std::optional<TargetSystemId> discovered = {};  // the endpoint is one that its issuer names
  std::vector<UsedCredential> credentials = {};   // what each of those proves with
  TargetSystemId target_system = {};
  std::string service_provider = {};
};

// Reads the client, its target system and secrets, and builds the requests. Blocks.
//
// Errors:
//   kNotFound         there is no such client, or its target system or project was deleted
//   kConflict         "destination_held" (invariant 5), "client_draft", "client_disabled"; as
//                     keep_usable()
//   kInvalidArgument  the settings make no request: no tenant, no secret, ...; at the field;
//                     "unknown_resource": the target system does not list it
//   kCorrupt          a row or a secret is not what was stored
Result<TokenRequests> build_token_requests(Context& context, const TokenKey& key);

// What can be sent to a target system's token endpoint to find out whether it works.
struct EndpointPlan {
  TargetSystem system;
  // As in TokenRequests; where `has_secret` is false one request that asks for no token; none where
  // the settings make no address.
  std::vector<oauth::TokenRequest> requests;
  std::string issuer;  // empty: none has to be read
  std::vector<oauth::TokenRequest> issuer_requests;
  bool has_secret = false;
  LiteralText what_is_missing = "";  // for a whole request, in plain words
};

// Reads the target system and its secrets. Blocks. A tenant is its own default.
//
// Errors: kNotFound, kCorrupt.
Result<EndpointPlan> plan_endpoint_check(Context& context, TargetSystemId id);

}  // namespace strongroom::vault
