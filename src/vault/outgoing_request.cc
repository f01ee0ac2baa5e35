#include "vault/outgoing_request.h"

#include <utility>

#include "oauth/outgoing_policy.h"
#include "vault/proxy_credentials.h"

namespace strongroom::vault {

Status restrict_request(Context& context, const storage::TargetSystemRow& row,
                        const TargetSystem& system, oauth::TokenRequest& request) {
  STRONGROOM_TRY(auto proxy_credentials, open_proxy_credentials(context.sealer, row));
  return oauth::restrict_destination(request, context.network,
                                     {.trusted_ca_pem = system.trusted_ca_pem,
                                      .allowed_addresses = system.allowed_addresses,
                                      .proxy = system.proxy,
                                      .proxy_credentials = std::move(proxy_credentials)});
}

}  // namespace strongroom::vault
