// Retry-After: RFC 9110 sections 10.2.3 and 5.6.7.
#include <algorithm>
#include <array>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>

#include "oauth/token_failure.h"

namespace strongroom::oauth {
namespace {

constexpr Seconds kLeast{1};
constexpr Seconds kMost{24 * 3600};
constexpr std::size_t kMaxLength = 64;

std::optional<Seconds> parse_delay(std::string_view value) {
  const auto is_digit = [](char c) { return '0' <= c && c <= '9'; };
  if (value.empty() || !std::ranges::all_of(value, is_digit)) return std::nullopt;
  Seconds delay{0};
  for (const char c : value) {
    delay = delay * 10 + Seconds(c - '0');
    if (delay > kMost) return kMost;
  }
  return delay;
}

// IMF-fixdate, and the two obsolete forms that recipients must take.
std::optional<WallTime> parse_http_date(const std::string& value) {
  constexpr std::array kForms = {"%a, %d %b %Y %H:%M:%S GMT", "%a, %d-%b-%y %H:%M:%S GMT",
                                 "%a %b %d %H:%M:%S %Y"};
  for (const char* form : kForms) {
    std::istringstream in(value);
    in.imbue(std::locale::classic());  // month names by the standard, not by the process's locale
    std::tm fields{};
    in >> std::get_time(&fields, form);
    if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) continue;
    const std::chrono::year_month_day date{
        std::chrono::year(fields.tm_year + 1900),
        std::chrono::month(static_cast<unsigned>(fields.tm_mon + 1)),
        std::chrono::day(static_cast<unsigned>(fields.tm_mday))};
    if (!date.ok()) continue;
    return std::chrono::sys_days(date) + std::chrono::hours(fields.tm_hour) +
           std::chrono::minutes(fields.tm_min) + Seconds(fields.tm_sec);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Seconds> parse_retry_after(std::string_view value, WallTime now) {
  if (value.size() > kMaxLength) return std::nullopt;
  std::optional<Seconds> delay = parse_delay(value);
  if (!delay) {
    const auto until = parse_http_date(std::string(value));
    if (!until) return std::nullopt;
    delay = std::chrono::ceil<Seconds>(*until - now);
  }
  return std::clamp(*delay, kLeast, kMost);
}

}  // namespace strongroom::oauth
