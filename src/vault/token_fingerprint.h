#pragma once
// What the audit trail says of a token in the token's place.

#include <string>

#include "base/result.h"
#include "crypto/sealer.h"
#include "oauth/tokens.h"

namespace strongroom::vault {

// 32 hexadecimal characters of a keyed hash: the same token has the same one for ever, and nobody
// without the server's key can make or check it.
Result<std::string> token_fingerprint(const crypto::Sealer& sealer,
                                      const oauth::AccessToken& token);

}  // namespace strongroom::vault
