#pragma once
// What requests of robots are signed with, where a target system speaks OAuth 1.0a: kept sealed in
// the look-up index, and opened for one signature.

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/random.h"
#include "crypto/sealer.h"
#include "storage/store.h"
#include "vault/authorization_header.h"
#include "vault/context.h"
#include "vault/lookup_entries.h"

namespace strongroom::vault {

// Of the target system of `row`, whose MAC was checked, as it is stored; null: it does not sign, or
// lacks what it would sign with. Errors: kCorrupt.
Result<std::shared_ptr<const SigningMaterial>> read_signing_material(
    Context& context, storage::Snapshot& snapshot, const storage::TargetSystemRow& row);

// Whether `request` can be signed at all. A pure function. Errors: kInvalidArgument at "method",
// "url" or "form_parameters": as oauth::signature_base_string(), or a parameter's name begins with
// "oauth_".
Status check_signable(const RequestToAuthorize& request);

// "OAuth realm=…" for `request`, with a nonce of its own (RFC 5849 section 3.5.1); `token`: the one
// text of oauth::to_one_text(). Errors: as oauth::oauth1_authorization(); kCorrupt.
Result<RequestHeader> signed_header(const Context& context, const SigningMaterial& material,
                                    std::string_view token, const RequestToAuthorize& request);

}  // namespace strongroom::vault
