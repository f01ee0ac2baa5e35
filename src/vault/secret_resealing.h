#pragma once
// The values of secrets when a data key takes another's place (vault/data_key_rotation.h): a MAC
// covers each, so it is made anew with the seal.

#include "base/result.h"
#include "crypto/key_ring.h"
#include "vault/context.h"
#include "vault/secret_index.h"

namespace strongroom::vault {

// Seals anew what was sealed with the data key `old`, in small transactions; `index` follows. What
// is not believed, or does not open, stays as it is and is logged. Blocks. Errors: of the database.
Status reseal_secret_values(Context& context, SecretIndex& index, const crypto::KeyId& old);

}  // namespace strongroom::vault
