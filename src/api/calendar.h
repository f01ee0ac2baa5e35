#pragma once
// What will stop by itself, for calendar programs: GET /calendar/TOKEN.ics, to which the secret in
// its address is the only key, and /api/v1/calendar-feed, where people make and revoke theirs.

#include <vector>

#include "api/failed_attempts.h"
#include "api/router.h"
#include "api/services.h"
#include "base/result.h"
#include "identity/calendar_feeds.h"
#include "vault/forecast.h"

namespace strongroom::api {

// What the calendar's routes stand on beside the rest. All of it outlives them.
struct CalendarParts {
  const Services& services;
  identity::CalendarFeeds& feeds;
  vault::Forecasts& forecasts;
  FailedAttempts& failed_attempts;  // of addresses that nobody has
};

// Adds the routes. Errors: kInternal, one is not declared in need.cc.
Status add_calendar_routes(const CalendarParts& parts, std::vector<Route>& routes);

}  // namespace strongroom::api
