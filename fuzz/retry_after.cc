// parse_retry_after: a provider may ask us to wait, but not for nothing and not for ever.
#include <algorithm>
#include <string>

#include "fuzz/fuzz_target.h"
#include "http/message.h"
#include "oauth/token_failure.h"

namespace strongroom::fuzz {

void one_input(std::string_view input) {
  constexpr Seconds kDay{24 * 3600};
  const WallTime now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + Seconds(11'300);
  const auto wait = oauth::parse_retry_after(input, now);
  const bool digits =
      !input.empty() && std::ranges::all_of(input, [](char c) { return '0' <= c && c <= '9'; });
  if (digits && input.size() <= 64) require(wait.has_value(), "a number of seconds is one");
  if (!wait) return;
  require(Seconds(1) <= *wait && *wait <= kDay, "a wait is between a second and a day");

  const auto later = oauth::parse_retry_after(input, now + Seconds(1));
  require(later.has_value(), "what is a wait now is one later");
  if (digits) {
    require(*later == *wait, "a number of seconds does not depend on the clock");
    return;
  }
  require(*later <= *wait && *wait <= *later + Seconds(1), "a date comes nearer as time goes by");
  const std::string date = http::http_date(std::chrono::system_clock::to_time_t(now + *wait));
  require(oauth::parse_retry_after(date, now) == *wait, "the same moment as a date is as far away");
}

}  // namespace strongroom::fuzz
