#pragma once
// How often a target system wants its tokens to be tried at their provider.

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "vault/types.h"

namespace strongroom::vault {

// That there is a way to ask, where it is to be asked on a schedule: introspection or a call, with
// an address whose variables have values. Of an issuer that was not read yet nobody knows. Errors:
// kInvalidArgument at "/verify_every_hours".
Status check_verification_settings(const catalogue::Catalogue& catalogue,
                                   const TargetSystem& system);

}  // namespace strongroom::vault
