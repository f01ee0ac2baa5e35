#include "notify/calendar.h"

#include <algorithm>
#include <cstddef>

#include "crypto/digest.h"

namespace strongroom::notify {
namespace {

constexpr std::size_t kLongestLine = 75;  // octets, without the line break (RFC 5545 section 3.1)
constexpr std::size_t kUsualEntry = 768;  // octets, to reserve

// A byte of UTF-8 that is not the first of its character.
bool goes_on(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// How much of `rest` fits into `room` without splitting a character. All of `room` where `rest` is
// no UTF-8 there: a line must end in any case.
std::size_t fitting(std::string_view rest, std::size_t room) {
  constexpr std::size_t kLongestCharacter = 4;
  if (rest.size() <= room) return rest.size();
  for (std::size_t end = room; end > room - kLongestCharacter; --end) {
    if (!goes_on(rest[end])) return end;
  }
  return room;
}

// One content line, folded: each further line begins with a space, which counts.
void add_line(std::string& out, std::string_view line) {
  std::size_t room = kLongestLine;
  while (true) {
    const std::size_t part = fitting(line, room);
    out.append(line.substr(0, part)).append("\r\n");
    line.remove_prefix(part);
    if (line.empty()) return;
    out.push_back(' ');
    room = kLongestLine - 1;
  }
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// TEXT (RFC 5545 section 3.3.11). Control characters, which it cannot hold, are left out.
std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_break = c == '\n' || c == '\r';
    if (is_break) {
      out.append("\\n");
      if (c == '\r' && text.substr(i + 1).starts_with('\n')) ++i;
    } else if (c == '\\' || c == ';' || c == ',') {
      out.append(1, '\\').append(1, c);
    } else if (c == '\t' || !is_control(c)) {
      out.push_back(c);
    }
  }
  return out;
}

// URI (RFC 5545 section 3.3.13) is not escaped as TEXT is; what no URI has is percent-encoded.
std::string uri(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7F) {
      out.push_back(c);
    } else {
      out.append(1, '%').append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 15U]);
    }
  }
  return out;
}

// "20261127T031042Z": form #2 of section 3.3.5. What is longer ago than year 0 or later than 9999
// never comes here.
std::string utc(WallTime time) {
  std::string text = rfc3339(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

void add_text(std::string& out, std::string_view name, std::string_view text) {
  add_line(out, std::string(name).append(":").append(escaped(text)));
}

void add_value(std::string& out, std::string_view name, std::string_view value) {
  add_line(out, std::string(name).append(":").append(value));
}

void add_entry(std::string& out, const CalendarEntry& entry, const std::string& as_of) {
  add_value(out, "BEGIN", "VEVENT");
  add_text(out, "UID", entry.uid);
  add_value(out, "DTSTAMP", as_of);
  add_value(out, "DTSTART", utc(entry.at));
  add_text(out, "SUMMARY", entry.summary);
  add_text(out, "DESCRIPTION", entry.description);
  add_value(out, "URL", uri(entry.url));
  add_value(out, "TRANSP", "TRANSPARENT");
  add_value(out, "BEGIN", "VALARM");
  add_value(out, "ACTION", "DISPLAY");
  add_text(out, "DESCRIPTION", entry.summary);
  add_value(out, "TRIGGER", "-P1W");
  add_value(out, "END", "VALARM");
  add_value(out, "END", "VEVENT");
}

}  // namespace

std::string icalendar_text(const Calendar& calendar) {
  std::string out;
  out.reserve((calendar.entries.size() + 1) * kUsualEntry);
  add_value(out, "BEGIN", "VCALENDAR");
  add_value(out, "VERSION", "2.0");
  add_value(out, "PRODID", "-//Strongroom//Expiries//EN");
  add_value(out, "CALSCALE", "GREGORIAN");
  add_text(out, "NAME", calendar.name);          // RFC 7986 section 5.1
  add_text(out, "X-WR-CALNAME", calendar.name);  // what programs read that do not know NAME
  add_value(out, "REFRESH-INTERVAL;VALUE=DURATION", "PT1H");  // RFC 7986 section 5.7
  add_value(out, "X-PUBLISHED-TTL", "PT1H");
  const std::string as_of = utc(calendar.as_of);
  for (const CalendarEntry& entry : calendar.entries) add_entry(out, entry, as_of);
  add_value(out, "END", "VCALENDAR");
  return out;
}

std::string icalendar_tag(std::string_view text) {
  return std::string(1, '"').append(crypto::hex(crypto::sha256(text))).append(1, '"');
}

}  // namespace strongroom::notify
