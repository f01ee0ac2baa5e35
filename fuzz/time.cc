// parse_rfc3339.
#include <string>

#include "base/clock.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {

void one_input(std::string_view input) {
  const auto time = parse_rfc3339(input);
  if (!time) return;
  require(input.size() >= sizeof("2026-11-24") - 1, "a date has a day");
  for (const char c : input) require(!is_control(c), "a date has no control character");
  // An offset can lead out of the four digits that a year has.
  constexpr WallTime kFirst = std::chrono::sys_days(std::chrono::year(0) / 1 / 1);
  constexpr WallTime kBeyond = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1);
  require(kFirst - std::chrono::days(1) < *time && *time < kBeyond + std::chrono::days(1),
          "a moment is near the years 0 to 9999");
  const std::string text = rfc3339_millis(*time);
  const auto again = parse_rfc3339(text);
  require(again.has_value() && rfc3339_millis(*again) == text, "a moment reads back as itself");
  if (kFirst <= *time && *time < kBeyond) {
    require(*again == *time, "no moment within the years is changed");
    require(parse_rfc3339(rfc3339(*time)) == std::chrono::floor<Seconds>(*time),
            "without milliseconds it is cut down");
  }
}

}  // namespace strongroom::fuzz
