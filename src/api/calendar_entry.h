#pragma once
// What will stop by itself, in the words of a calendar.

#include <string>

#include "api/references.h"
#include "notify/calendar.h"
#include "vault/forecast.h"

namespace strongroom::api {

// `entry` for a person who sees it among appointments: what stops, why, what to do and whom to ask.
// Its uid is of the thing and the cause, so that an end that moves moves its entry. `console`: this
// server's public URL. Blocks, as `names` do.
notify::CalendarEntry calendar_entry(const vault::ForecastEntry& entry, Names& names,
                                     const std::string& console);

}  // namespace strongroom::api
