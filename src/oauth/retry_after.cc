// Retry-After: RFC 9110 sections 10.2.3 and 5.6.7.
#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "oauth/clock_skew.h"
#include "oauth/token_failure.h"

namespace strongroom::oauth {
namespace {

constexpr Seconds kLeast{1};
constexpr Seconds kMost{24 * 3600};
constexpr std::size_t kMaxLength = 64;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 7> kLongDays = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

bool is_digit(char c) { return '0' <= c && c <= '9'; }

// Takes a text apart from its front; once something did not fit, nothing fits any more.
class Cursor {
 public:
  explicit Cursor(std::string_view rest) : rest_(rest) {}

  void literal(std::string_view text) {
    fits_ = fits_ && rest_.starts_with(text);
    if (fits_) rest_.remove_prefix(text.size());
  }
  int number(std::size_t digits) {
    fits_ =
        fits_ && rest_.size() >= digits && std::ranges::all_of(rest_.substr(0, digits), is_digit);
    int value = 0;
    for (std::size_t i = 0; fits_ && i < digits; ++i) value = value * 10 + (rest_[i] - '0');
    if (fits_) rest_.remove_prefix(digits);
    return value;
  }
  // The day of asctime's date: " 6" or "16".
  int padded_day() {
    const bool padded = fits_ && rest_.starts_with(' ');
    if (padded) rest_.remove_prefix(1);
    return number(padded ? 1 : 2);
  }
  // From 1.
  unsigned name(std::span<const std::string_view> names) {
    const auto found =
        std::ranges::find_if(names, [&](std::string_view n) { return rest_.starts_with(n); });
    fits_ = fits_ && found != names.end();
    if (!fits_) return 0;
    rest_.remove_prefix(found->size());
    return static_cast<unsigned>(found - names.begin()) + 1;
  }
  bool at_end() const { return fits_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool fits_ = true;
};

struct Fields {
  int year = 0;
  unsigned month = 0;
  int day = 0;
  Seconds time{0};
};

Seconds time_of_day(Cursor& in) {
  const int hour = in.number(2);
  in.literal(":");
  const int minute = in.number(2);
  in.literal(":");
  const int second = in.number(2);
  // Out of range is not worth a refusal: the sum is clamped to a day anyway. 60 is a leap second.
  return std::chrono::hours(hour) + std::chrono::minutes(minute) + Seconds(second);
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
bool read_imf_fixdate(Cursor in, Fields& f) {
  in.name(kDays);
  in.literal(", ");
  f.day = in.number(2);
  in.literal(" ");
  f.month = in.name(kMonths);
  in.literal(" ");
  f.year = in.number(4);
  in.literal(" ");
  f.time = time_of_day(in);
  in.literal(" GMT");
  return in.at_end();
}

// "Sunday, 06-Nov-94 08:49:37 GMT". A year that seems 50 years ahead is in the past.
bool read_rfc850_date(Cursor in, Fields& f, int this_year) {
  in.name(kLongDays);
  in.literal(", ");
  f.day = in.number(2);
  in.literal("-");
  f.month = in.name(kMonths);
  in.literal("-");
  f.year = this_year / 100 * 100 + in.number(2);
  if (f.year > this_year + 50) f.year -= 100;
  in.literal(" ");
  f.time = time_of_day(in);
  in.literal(" GMT");
  return in.at_end();
}

// "Sun Nov  6 08:49:37 1994"
bool read_asctime_date(Cursor in, Fields& f) {
  in.name(kDays);
  in.literal(" ");
  f.month = in.name(kMonths);
  in.literal(" ");
  f.day = in.padded_day();
  in.literal(" ");
  f.time = time_of_day(in);
  in.literal(" ");
  f.year = in.number(4);
  return in.at_end();
}

std::optional<Seconds> parse_delay(std::string_view value) {
  if (value.empty() || !std::ranges::all_of(value, is_digit)) return std::nullopt;
  Seconds delay{0};
  for (const char c : value) {
    delay = delay * 10 + Seconds(c - '0');
    if (delay > kMost) return kMost;
  }
  return delay;
}

}  // namespace

std::optional<WallTime> parse_http_date(std::string_view value, WallTime now) {
  if (value.size() > kMaxLength) return std::nullopt;
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
  const Cursor in(value);
  Fields f;
  if (!read_imf_fixdate(in, f) && !read_rfc850_date(in, f, static_cast<int>(today.year())) &&
      !read_asctime_date(in, f)) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(f.year), std::chrono::month(f.month),
                                         std::chrono::day(static_cast<unsigned>(f.day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + f.time;
}

std::optional<Seconds> parse_retry_after(std::string_view value, WallTime now) {
  if (value.size() > kMaxLength) return std::nullopt;
  std::optional<Seconds> delay = parse_delay(value);
  if (!delay) {
    const auto until = parse_http_date(value, now);
    if (!until) return std::nullopt;
    delay = std::chrono::ceil<Seconds>(*until - now);
  }
  return std::clamp(*delay, kLeast, kMost);
}

}  // namespace strongroom::oauth
