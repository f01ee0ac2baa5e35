#pragma once
// A calendar that calendar programs subscribe to, as the text of iCalendar (RFC 5545).

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace strongroom::notify {

// Something that happens at one moment. Texts are UTF-8, with line breaks in them if they need
// some; whatever else they hold, they cannot end the property that they stand in.
struct CalendarEntry {
  std::string uid;  // the same each time that this entry is read, and no other entry's (3.8.4.7)
  WallTime at{};
  std::string summary;
  std::string description;
  std::string url;  // absolute (3.8.4.6)
};

struct Calendar {
  std::string name;
  WallTime as_of{};  // DTSTAMP of all entries (3.8.7.2): the text is another one when it changes
  std::vector<CalendarEntry> entries = {};
};

// The calendar as an iCalendar object, in lines of at most 75 octets (3.1). Each entry takes no
// time, leaves its reader free, and reminds them a week before. Programs that follow RFC 7986 ask
// for it again every hour. Safe to call from any thread.
std::string icalendar_text(const Calendar& calendar);

// A strong entity tag (RFC 9110 section 8.8.3) of such a text, with its quotes.
std::string icalendar_tag(std::string_view text);

}  // namespace strongroom::notify
