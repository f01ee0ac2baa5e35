#pragma once
// What will fail by itself, and when: GET /api/v1/forecast, /api/v1/expiries and
// /api/v1/oauth-clients/{id}/clocks.

#include <vector>

#include "api/router.h"
#include "api/services.h"
#include "base/result.h"
#include "vault/forecast.h"

namespace strongroom::api {

// Adds the routes. `services` and `forecasts` must outlive them. Errors: kInternal, one is not
// declared in need.cc.
Status add_forecast_routes(const Services& services, vault::Forecasts& forecasts,
                           std::vector<Route>& routes);

}  // namespace strongroom::api
