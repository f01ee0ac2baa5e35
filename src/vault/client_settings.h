#pragma once
// What is stored about one client, its target system and its tokens, as of one moment, checked; for
// those who make its requests or read the answers.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalogue/provider.h"
#include "storage/oauth_client_rows.h"
#include "storage/refresh_token_rows.h"
#include "storage/target_system_rows.h"
#include "vault/context.h"
#include "vault/token_key.h"
#include "vault/types.h"

namespace strongroom::vault {

struct ClientSettings {
  storage::OAuthClientRow client;
  storage::TargetSystemRow system_row;
  TargetSystem system;
  std::vector<storage::ConsumerSecretRow> secrets;
  std::int64_t token_generation = 0;  // of the token that is wanted anew
  std::optional<storage::RefreshTokenRow> refresh;
  std::string learned_tenant;           // of the account that signed in; empty: none
  std::optional<WallTime> lives_until;  // the last moment of its access tokens; nullopt: none is
                                        // there. One whose end nobody knows counts as endless.
};

// Errors: kNotFound, it or what it belongs to is gone; kCorrupt.
Result<ClientSettings> read_client_settings(Context& context, const TokenKey& key);

// The same of a client that may be deleted, or whose target system or project may be: for taking
// back what it had. Errors: kNotFound, it was destroyed; kCorrupt.
Result<ClientSettings> read_settings_of_former(Context& context, OAuthClientId id);

// The provider's entry, with what the issuer's metadata adds. Errors: kConflict
// "no_service_provider"; as complete_provider().
Result<catalogue::Provider> provider_of(Context& context, const TargetSystem& system);

// Errors: kConflict "client_disabled", "destination_held".
Status check_usable(const ClientSettings& settings);
// Errors: kInvalidArgument "unknown_resource" at "resource".
Status check_listed(const TargetSystem& system, std::string_view resource);

// The tenant that requests for a person go to: as asked for at the sign-in, the client's own, the
// target system's, or learned from who signed in. Errors: as catalogue::choose_tenant.
Result<std::string> tenant_for_person(const ClientSettings& settings,
                                      const catalogue::Provider& provider,
                                      std::string_view of_sign_in);

}  // namespace strongroom::vault
