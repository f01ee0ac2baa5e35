#pragma once
// The metadata of a target system's issuer: as it is stored, and what it makes of the provider's
// entry. Endpoints are never copied out of it into fields of their own.

#include <optional>
#include <string>

#include "catalogue/provider.h"
#include "storage/target_system_rows.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// The issuer that was entered, without white space around it; empty: none.
std::string issuer_of(const TargetSystem& system);

// Whether the target system's endpoints are discovered.
bool has_issuer(const catalogue::Catalogue& catalogue, const TargetSystem& system);

// The metadata as it is stored in `row`; it must still be that of `system`'s issuer.
// Errors: kCorrupt.
Result<std::optional<IssuerMetadata>> read_metadata(const storage::TargetSystemRow& row,
                                                    const TargetSystem& system);

// Puts the target system's metadata into `row`, without its MAC.
void write_metadata(const TargetSystem& system, storage::TargetSystemRow& row);

// Stores the metadata that is in `row`, with its MAC, or removes what is stored if there is none.
Status store_metadata(Context& context, storage::Transaction& tx, storage::TargetSystemRow& row);

// What of its settings decides between the methods that the issuer's server offers.
oauth::Credentials credentials_of(const TargetSystem& system);

// The provider's entry, completed by the metadata where it has `discovery`, and with the protected
// resource in its requests where there is one.
// Errors: kConflict "no_metadata": it needs some, and there is none; as check_proves_pkce().
Result<catalogue::Provider> complete_provider(const catalogue::Provider& provider,
                                              const TargetSystem& system);

// How the clients of `system` prove who they are: as chosen, or, with kProviderDefault, what the
// entry or the issuer's metadata and the kinds of credentials that there are make of it.
// nullopt: the catalogue has no such provider.
std::optional<catalogue::ClientAuthentication> method_in_use(const catalogue::Catalogue& catalogue,
                                                             const TargetSystem& system);

}  // namespace strongroom::vault
