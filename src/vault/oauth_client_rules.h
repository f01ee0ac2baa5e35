#pragma once
// What an OAuth client may be, given its target system.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "storage/oauth_client_rows.h"
#include "storage/resource_token_rows.h"
#include "vault/oauth_clients.h"

namespace strongroom::vault {

// The tenant that counts for a client: its own, else its target system's, else that of the account
// that signed in for it; empty: none is known.
struct TenantInUse {
  std::string tenant;
  std::string_view source;  // "client", "target_system", "learned"; or empty
};
TenantInUse tenant_in_use(const OAuthClient& client);

// What is known of a failure whose cause is stored; nullopt: there is none.
std::optional<OAuthClientFailure> failure_of(const std::string& cause,
                                             const std::optional<WallTime>& failed_at);

// How the clients of its target system get their tokens.
GrantFlow flow_of(const storage::OAuthClientRow& row);

// A client as people see it. Errors: kCorrupt.
Result<OAuthClient> to_oauth_client(const catalogue::Catalogue& catalogue,
                                    const storage::OAuthClientRow& row);

// Puts label, tenant, box and owner of `fields` over `row`, cleaned, and judges the tenant against
// `system`. A draft need not have its tenant yet; what is there must be one.
//
// Errors: kInvalidArgument at /label, /tenant, /owner/..., /target_system.
Status set_fields(const catalogue::Catalogue& catalogue, const TargetSystem& system,
                  const OAuthClientFields& fields, bool is_draft, storage::OAuthClientRow& row);

// What is known of a client's token for one resource.
ResourceTokenInfo to_resource_token(const storage::ResourceStateRow& row);

// The state after `fields.draft` and `fields.disabled`.
//
// Errors: kInvalidArgument at /draft: what is finished is no draft any more; at /disabled: a draft
// is invisible anyway.
Result<OAuthClientState> next_state(const storage::OAuthClientRow& row, OAuthClientState state,
                                    const OAuthClientFields& fields);

// Whether a client of this tenant may go from one target system to the other: the same token
// endpoint and the same consumer key (invariant 5). Errors: kInvalidArgument at /target_system.
Status check_move(const catalogue::Catalogue& catalogue, const TargetSystem& from,
                  const TargetSystem& to, const std::string& tenant);

// The names of the fields in which the two differ, the state aside.
std::vector<std::string> touched_fields(const storage::OAuthClientRow& before,
                                        const storage::OAuthClientRow& after);

}  // namespace strongroom::vault
