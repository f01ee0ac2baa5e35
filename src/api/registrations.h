#pragma once
// /api/v1/target-systems/{id}/registration: a target system registers by itself at its issuer's
// server, shows that it has, and ends it; /oauth-clients/{id}/client.json is what such a server
// reads where the address is the client's id.

#include <vector>

#include "api/router.h"
#include "base/result.h"
#include "vault/registrations.h"

namespace strongroom::api {

// Adds the routes; `registrations` outlives them. Errors: kInternal, one is not declared in
// need.cc.
Status add_registration_routes(vault::Registrations& registrations, std::vector<Route>& routes);

}  // namespace strongroom::api
