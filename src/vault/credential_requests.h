#pragma once
// One token request of a target system, whatever the grant, proved with one of its credentials.

#include <functional>
#include <string_view>

#include "base/result.h"
#include "catalogue/provider.h"
#include "oauth/grant_request.h"
#include "storage/target_system_rows.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// What all requests of one target system have in common. Borrows everything.
struct RequestParts {
  Context& context;
  const storage::TargetSystemRow& row;
  const TargetSystem& system;
  const catalogue::Provider& provider;  // complete
  std::string_view tenant;
  // What is opened signs the grant itself (RFC 7523 section 2.1), so a certificate is there for its
  // key alone.
  bool signs_grant = false;
};

// Makes the request of one grant for the client that it is given.
using GrantBuilder = std::function<Result<oauth::TokenRequest>(const oauth::GrantClient&)>;

// Opens the credential for as long as it takes, and restricts the request to where the target
// system's may go. Errors: as `build`; kCorrupt; kConflict at "/client_certificates".
Result<oauth::TokenRequest> build_with_credential(const RequestParts& parts,
                                                  const storage::ConsumerSecretRow& credential,
                                                  const GrantBuilder& build);

}  // namespace strongroom::vault
