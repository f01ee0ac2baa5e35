#pragma once
// POST /api/v1/oauth-clients/{id}/verify asks the provider whether a client's access token works;
// GET …/verification says what was found out last.

#include <vector>

#include "api/router.h"
#include "base/result.h"
#include "vault/verifications.h"

namespace strongroom::api {

// Adds the routes; `verifications` outlives them. Errors: kInternal, one is not declared in
// need.cc.
Status add_verification_routes(vault::Verifications& verifications, std::vector<Route>& routes);

}  // namespace strongroom::api
