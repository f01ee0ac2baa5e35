#pragma once
// What will stop by itself, in the words of a calendar.

#include <string>

#include "notify/calendar.h"
#include "vault/forecast.h"

namespace strongroom::api {

// Names of what an entry says the ids of; empty: there is none, or it is gone.
struct EntryNames {
  std::string target_system = {};
  std::string project = {};
};

// `entry` for a person who sees it among appointments: what stops, why, what to do and whom to ask.
// Its uid is of the thing and the cause, so that an end that moves moves its entry. `console`: this
// server's public URL. A pure function.
notify::CalendarEntry calendar_entry(const vault::ForecastEntry& entry, const EntryNames& names,
                                     const std::string& console);

}  // namespace strongroom::api
