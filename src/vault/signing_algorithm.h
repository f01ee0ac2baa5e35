#pragma once
// What a key of a target system will sign with at its provider.

#include "base/result.h"
#include "catalogue/provider.h"
#include "crypto/jws.h"
#include "crypto/private_key.h"
#include "vault/types.h"

namespace strongroom::vault {

// Whether it is client assertions that are signed, or those that are the grant: the first algorithm
// of the entry that such a key can make. Errors: kInvalidArgument: there is none.
Result<crypto::SignatureAlgorithm> signing_algorithm(const catalogue::Provider& provider,
                                                     const TargetSystem& system,
                                                     crypto::KeyType type);

}  // namespace strongroom::vault
