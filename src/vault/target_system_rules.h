#pragma once
// What a target system may be, before anything of it is stored or sent.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "vault/target_systems.h"

namespace strongroom::vault {

// What the grant itself wants of the settings. Errors: as oauth::check_client_credentials() and
// oauth::check_sign_in().
Status check_grant(const catalogue::Provider& provider, const TargetSystem& system);

// What is needed before a client can get tokens, by the names of the REST API: "consumer_key",
// "consumer_secret", "client_key", "client_certificate"; "service_provider": there is no OAuth.
std::vector<std::string> missing_settings(const catalogue::Catalogue& catalogue,
                                          const TargetSystem& system);

// `system` with `fields` put over it and every field cleaned. The provider's side is judged only
// where a field of it is given, so that a target system can be renamed whatever became of its
// provider's entry; `is_new`: all of it is judged. Of credentials that are replaced only their
// number is true before they are sealed.
//
// Errors: kInvalidArgument at the field.
Result<TargetSystem> with_fields(const catalogue::Catalogue& catalogue, TargetSystem system,
                                 const TargetSystemFields& fields, bool is_new);

// The names of the fields in which the two differ, secrets aside.
std::vector<std::string> touched_fields(const TargetSystem& before, const TargetSystem& after);

// Whose tokens a change has made wrong: they are for other scopes, another audience, another
// registration or tenant than the settings say. What only says how the endpoint is
// reached makes none wrong.
enum class StaleTokens : std::uint8_t { kNobodys, kOfClientsWithoutTenant, kAll };
StaleTokens stale_tokens(const TargetSystem& before, const TargetSystem& after);

// The catalogue's words for ours. nullopt: the provider's default.
std::optional<catalogue::ClientAuthentication> to_catalogue(ClientAuthentication value);
catalogue::Grant to_catalogue(GrantFlow value);

}  // namespace strongroom::vault
