#pragma once
// A target system's registration as it is stored: sealed, authenticated, and nobody else's.

#include <optional>
#include <string>

#include "base/result.h"
#include "crypto/sealer.h"
#include "oauth/registration.h"
#include "storage/registration_rows.h"
#include "storage/target_system_rows.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

inline constexpr std::string_view kDynamicRegistration = "dynamic";
inline constexpr std::string_view kDocumentRegistration = "document";

// Errors: kCorrupt, the row is not what was stored; as crypto::Sealer::mac().
Status check_mac(const crypto::Sealer& sealer, const storage::RegistrationRow& row);
// Where its token is sealed.
crypto::Place registration_token_place(const storage::TargetSystemRow& system,
                                       const storage::RegistrationRow& row);

// The stored one, whose MAC was checked; nullopt: there is none. Errors: kCorrupt.
Result<std::optional<storage::RegistrationRow>> read_registration(Context& context,
                                                                  storage::Snapshot& snapshot,
                                                                  TargetSystemId id);
// Stores it with its MAC, in place of the one that there was.
Status store_registration(Context& context, storage::Transaction& tx,
                          storage::RegistrationRow& row);

// Puts the token into `row`, sealed for the row's configuration endpoint at today's destination of
// the target system, and for nothing else. Never inside a transaction. Errors: as
// crypto::Sealer::seal().
Status seal_registration_token(Context& context, const storage::TargetSystemRow& system_row,
                               const TargetSystem& system,
                               const oauth::RegistrationAccessToken& token,
                               storage::RegistrationRow& row);
// The token again. Errors: kConflict "no_registration_token": there is none; "destination_held":
// the target system's destination was changed since; kCorrupt.
Result<oauth::RegistrationAccessToken> open_registration_token(
    Context& context, const storage::TargetSystemRow& system_row, const TargetSystem& system,
    const storage::RegistrationRow& row);

// Whether `row` is the registration that `system` uses now, at its issuer.
bool is_in_use(const storage::RegistrationRow& row, const TargetSystem& system);

// Whether a target system may become `after`: what one registered for itself at an issuer is tried
// at no other one, and is of no other target system.
//
// Errors: kConflict "registered_elsewhere" at /endpoint_parameters/issuer; "registration_in_use" at
// /consumer_key.
Status check_registrations(Context& context, storage::Snapshot& snapshot,
                           const TargetSystem& after);

}  // namespace strongroom::vault
