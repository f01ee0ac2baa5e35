#pragma once
// POST /api/v1/resource-discoveries: what a protected resource says of the way to its tokens.

#include <vector>

#include "api/router.h"
#include "base/result.h"
#include "vault/resource_discovery.h"

namespace strongroom::api {

// Adds the route; `discovery` outlives it. Errors: kInternal, it is not declared in need.cc.
Status add_resource_discovery_route(vault::ResourceDiscovery& discovery,
                                    std::vector<Route>& routes);

}  // namespace strongroom::api
