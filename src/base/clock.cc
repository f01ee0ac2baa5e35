#include "base/clock.h"

#include <array>
#include <cstdlib>

#include <time.h>

#include "base/ascii.h"

namespace strongroom {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

Milliseconds read_clock(clockid_t id) {
  timespec time{};
  if (clock_gettime(id, &time) != 0) std::abort();  // only an unknown id or a bad pointer fails
  return std::chrono::floor<Milliseconds>(Seconds(time.tv_sec) +
                                          std::chrono::nanoseconds(time.tv_nsec));
}

// The last digits of `value`, as many as there is room for.
template <std::size_t kWidth>
void write_number(char* to, unsigned value) {
  for (std::size_t i = kWidth; i-- > 0; value /= 10) to[i] = static_cast<char>('0' + value % 10);
}

constexpr WallTime kFirst = std::chrono::sys_days(std::chrono::year(0) / 1 / 1);
constexpr WallTime kLast =
    std::chrono::sys_days(std::chrono::year(9999) / 12 / 31) + days(1) - Milliseconds(1);

void append(std::string& out, WallTime time, bool with_millis) {
  time = std::clamp(time, kFirst, kLast);
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const auto of_day = static_cast<unsigned>((time - day).count());  // milliseconds
  const unsigned seconds = of_day / 1'000;
  char text[] = "0000-00-00T00:00:00.000Z";
  write_number<4>(text, static_cast<unsigned>(static_cast<int>(date.year())));
  write_number<2>(text + 5, static_cast<unsigned>(date.month()));
  write_number<2>(text + 8, static_cast<unsigned>(date.day()));
  write_number<2>(text + 11, seconds / 3'600);
  write_number<2>(text + 14, seconds / 60 % 60);
  write_number<2>(text + 17, seconds % 60);
  write_number<3>(text + 20, of_day % 1'000);
  if (with_millis) {
    out.append(text, sizeof text - 1);
  } else {
    out.append(text, 19).push_back('Z');
  }
}

// Takes one piece after the other off the front of the text; once one is missing, ok() is false.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int number(std::size_t width) {
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) value = 10 * value + digit();
    return value;
  }
  int number_up_to(std::size_t width, int most) {
    const int value = number(width);
    ok_ = ok_ && value <= most;
    return value;
  }
  char next() {
    if (rest_.empty()) {
      ok_ = false;
      return '\0';
    }
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  void expect(char c) { ok_ = next() == c && ok_; }
  bool at_digit() const { return !rest_.empty() && is_digit(rest_.front()); }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  int digit() {
    const char c = next();
    ok_ = ok_ && is_digit(c);
    return ok_ ? c - '0' : 0;
  }
  bool ok() const { return ok_; }
  bool finished() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::optional<std::chrono::sys_days> scan_date(Scanner& in) {
  const int year = in.number(4);
  in.expect('-');
  const int month = in.number(2);
  in.expect('-');
  const int day = in.number(2);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!in.ok() || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

Milliseconds scan_fraction(Scanner& in) {
  if (!in.take('.')) return Milliseconds(0);
  int millis = 0;
  int weight = 100;
  do {
    millis += weight * in.digit();
    weight /= 10;
  } while (in.at_digit());
  return Milliseconds(millis);
}

// What must be subtracted to arrive at UTC.
minutes scan_offset(Scanner& in) {
  if (in.take('Z') || in.take('z')) return minutes(0);
  const int sign = in.take('-') ? -1 : 1;
  if (sign == 1) in.expect('+');
  const int hour = in.number_up_to(2, 23);
  in.expect(':');
  const int minute = in.number_up_to(2, 59);
  return sign * (hours(hour) + minutes(minute));
}

// Leap seconds were only ever the last second of June or December, UTC. `after` is the moment
// after.
bool may_follow_leap_second(WallTime after) {
  const auto day = std::chrono::floor<days>(after);
  const std::chrono::year_month_day date(day);
  return after - day < Seconds(1) && date.day() == std::chrono::day(1) &&
         (date.month() == std::chrono::January || date.month() == std::chrono::July);
}

}  // namespace

WallTime SystemClock::now() const { return WallTime(read_clock(CLOCK_REALTIME)); }

BootTime SystemClock::boot_now() const { return BootTime(read_clock(CLOCK_BOOTTIME)); }

std::string rfc3339(WallTime time) {
  std::string out;
  append_rfc3339(out, time);
  return out;
}

std::string rfc3339_millis(WallTime time) {
  std::string out;
  append_rfc3339_millis(out, time);
  return out;
}

void append_rfc3339(std::string& out, WallTime time) { append(out, time, false); }

void append_rfc3339_millis(std::string& out, WallTime time) { append(out, time, true); }

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  Scanner in(text);
  const std::optional<std::chrono::sys_days> date = scan_date(in);
  if (!date) return std::nullopt;
  if (in.finished()) return WallTime(*date);
  if (!in.take('t')) in.expect('T');
  const int hour = in.number_up_to(2, 23);
  in.expect(':');
  const int minute = in.number_up_to(2, 59);
  in.expect(':');
  const int second = in.number_up_to(2, 60);
  const Milliseconds fraction = scan_fraction(in);
  const minutes offset = scan_offset(in);
  if (!in.finished()) return std::nullopt;
  const WallTime time = *date + hours(hour) + minutes(minute) + Seconds(second) + fraction - offset;
  if (second == 60 && !may_follow_leap_second(time)) return std::nullopt;
  return time;
}

}  // namespace strongroom
